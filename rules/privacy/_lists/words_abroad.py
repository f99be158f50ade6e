# ruff: noqa: RUF001 - words of other scripts look like Latin ones
"""More words that name columns of personal data: of languages that `words` has few of, and of what it names seldom.

They are written and read as those in `words`: without accents and spaces, stems where a language inflects its words.
"""

from __future__ import annotations

from typing import Final

ABROAD: Final[dict[str, str]] = {
    "email": """
        mailadres epostadress emailovaadresa ईमेल thudientu direccionemail contactemail upn имейладрес emailcim
        電子メール البريدالالكتروني
    """,
    "phone": """
        telefonnummer फ़ोननंबर मोबाइलनंबर เบอร์โทรศัพท์ telefonnyomer telefonniciislo phn phonenbr telnr
        telefonszama mobilszam telefonnicislo nomerhp nomorhp phonehome phonework evtel istel telefonas
        telefonninomer 联系电话 連絡先電話 연락처 رقمالجوال מספרטלפון телефонен contactphone primaryphone dayphone
        eveningphone altphone
    """,
    "person": """
        vollstandigername nometprenom fuldenavn fulltnavn kokonimi піб тримя teljesnev numesiprenume numeprenume
        पूरानाम ชื่อสกุล hovaten tenkhachhang namapelanggan namapenuh forochefternamn fornamnefternamn fathername
        mothername fathersname mothersname spousename maidenname cognomeenome imeifamilia имеифамилия фамилияимя
        фамилияимяотчество учасник піпб 客户姓名 联系人 收件人 연락담당자 고객명 받는사람 수취인 顧客名 宛名
        お客様名 患者名 patientenname versichertenname karteninhaber kontoinhaber titulairecompte titularcuenta
        intestatarioconto rekeninghouder kontohaver kontoinnehavare drzitelkarty wlascicielkonta imieojca
        nazwiskorodowe nomjeunefille nomdejeunefille segundoapellido primerapellido apellidopaterno apellidomaterno
        ismfamilya isimsoyisim soyisim isimsoyad adivesoyadi прозвище familiya fio имяклиента имяпациента
        shiptoname billtoname custname clientnm empname staffname patname holdernm
    """,
    "first_name": """
        forenames nomeproprio firstnm fstname givennm preferredname імя keresztneve vorn vname roepnaam krstnimena
        nombredepila namadepan tengoi име ชื่อจริง पहलानाम اسمالاول
    """,
    "address": """
        पता ที่อยู่ bopaelsadresse bopelsadresse trvalebydliste ikametadresi ikametgah adresadomiciliu domiciliu
        домашнийадрес адреспроживания местожительство місцепроживання постоянныйадрес direccionparticular
        streetnumber strassehausnr strhausnr strassehnr strassenhausnummer wohnanschrift meldeadresse heimatadresse
        privatadresse privatanschrift hausnummer huisadres bezoekadres thuisadres postadres kontaktadresse
        cimallando allandolakcim lakhely adreskorespondencyjny miejscezamieszkania адресадоставки diachinha
        送货地址 收货地址 家庭住址 通讯地址 現住所 送付先 配送先 자택주소 배송지 العنوانالبريدي מקוםמגורים
        mailingstreet shipstreet billstreet
    """,
    "birth_date": """
        जन्मतिथि วันเกิด วันเดือนปีเกิด foedselsdato foedselsdag fodselsdatum szuldatum szulido szuletes
        datanastere tgllahir geborenam geborendatum gebjahr bornyear dateofb datebirth bdat dobirth narozen
        urodzony датарожд деньрожд dogtar dogumgunu تاريخالميلاد
    """,
    "national_id": """
        documentonacionaldeidentidad documentonacional docnacional numerodecontribuinte contribuinte
        идентификационный ідентифікаційнийкод ідентифікаційнийномер іпн рнокпп αριθμοσταυτοτητασ αφμ αδτ
        adoazonosito szemelyiazonosito szemelyi codnumericpersonal الرقمالقومي الرقمالوطني الهوية مספרזהות מספרזהות
        תעודתזהות आधारसंख्या आधार indukkependudukan nomorinduk cancuoc chungminh เลขประจำตัวประชาชน เลขประจำตัว
        บัตรประชาชน единенграждански егн лнч лицнийномер личныйкод особистийкод tcno tckimlikno kimlikno
        vatandaslik numsecu numerosecurite secusociale nosecu numeross insz nationalnummer svnr sozversnr
        sozialversnr versicherungsnr steueridnr steuernr idnr persnr identifikacnicislo cisloop obcanskyprukaz
        cisloobcanky cartedidentite carteidentite numerocni nrdni nrodni dnie carnetidentidad carneidentidad
        cedulaciudadania cedulaidentidad ruc cuil cuit dpi registrogeral tituloeleitor nis pispasep cartadidentita
        partitaivapersonale tesseraidentita bsnnummer sofinummer sofinr personbeteckning personnummeret fodselnr
        fodselsnr foedselsnr kennitala isikukood asmenskodas personaskods ppsn tfn hkid emiratesid iqama qid
        voterid panno pannumber nida ghanacard sssno philsys 身份证号码 证件号码 居民身份证 統一編號 住民票コード
        個人番号カード 외국인등록번호 taxref taxidentifier socialinsurancenumber nationalinsuranceno inps
    """,
    "passport": """
        pasnummer passinumero passinnumero cislopasu паспорт αριθμοσδιαβατηριου διαβατηριο جوازالسفر جواز דרכון
        पासपोर्ट paspor hochieu หนังสือเดินทาง utlevelszam utlevelszama pasaportulunr numarpasaport pasaport passnr
        pasoszam cestovnipas паспорти passportid passeportnr numpasaporte
    """,
    "driving_licence": """
        permisodeconducir permisoconducir licenciadeconducir brevete cartadeconducao cartaconducao cnh
        carteiradehabilitacao habilitacao korekort koerekort forerkort ajokortin ajokortti ridicskyprukaz ridicak
        vodicskypreukaz водительскоеудостоверение водительскихправ водудостоверение посвідченняводія
        διπλωμαοδηγησης αδειαοδηγησης jogositvany vezetoiengedely permisdeconducere permisauto 驾驶证 驾照号
        運転免許 رخصةالقيادة رخصةقيادة רישיוןנהיגה रישיון ड्राइविंगलाइसेंस nomorsim nosim giaypheplaixe banglaixe
        gplx ใบขับขี่ dln drvlic surucubelgesi vozackadozvola vozniskodovoljenje свидетелствозауправление
        шофьорскакнижка fuehrerscheinnr
    """,
    "licence_plate": """
        placadocarro placacarro placavehiculo placa patentevehiculo nummerplade nummerplate rekisterinumero
        statnipoznavaciznacka poznavaciznacka spz ecv госномер номеравтомобиля номеравто регистрационенномер
        номернийзнак держномер πινακιδα αριθμοσκυκλοφοριας رقماللوحة لوحةالسيارة מספררכב לוחיתרישוי nomorpolisi
        nopol bienso biensoxe ทะเบียนรถ numarinmatriculare inmatriculare nrrej nrrejestracyjny tablicarejestracyjna
        registarskaoznaka registrskastevilka vrn carreg vehiclereg vehregno tagnumber plakasi kennz amtlkennzeichen
        bilnummer 车号 차량등록번호 登録番号ナンバー
    """,
    "vehicle_id": """
        chassi chassinummer chassinr stelnummer stelnr karoserie cislokaroserie номеркузова винкод вин номершасси
        αριθμοσπλαισιου πλαισιου alvazszam seriesasiu nrsasiu 车架号 车辆识别代号 車台番号 차대번호 nomorrangka
        norangka sokhung nadwozia telaionr fin fahrgestellnr fahrzeugidentnr vehicleserial rungstelnummer
        understell
    """,
    "health_id": """
        cartevitale numerodeutente utentesaude zorgpolis polisnummerzorg patientnummer patientnr potilasnumero
        ubezpieczeniazdrowotnego ubezpieczonego sygesikring sygesikringsnummer cislopojistence pojistenec hastano
        hastanumarasi полисомс омс номерполиса номерпациента номерпацієнта codasigurat asigurat taj 医保卡号 医保号
        病历号 社保卡号 被保険者番号 保険証番号 患者番号 診察券番号 건강보험번호 환자번호 رقمالمريض رقمالتأمينالصحي
        מספרמטופל קופתחולים nobpjs bpjs baohiemyte bhyt insuredmember insuredmemberid memberidhealth numassure
        noassure assurenumero nosecuassure medicareid medicarecard medicaid hicn mbi phn healthinsuranceno
        healthplanid patientmrn patid versichertennr versnr gesundheitskarte kvnummer cartasanitaria
        numerosanitario historiaclinica nhc sns egeszsegbiztositasi kartapacjenta prontuario cartaosus cns ehicno
        ehic
    """,
    "bank_account": """
        numerodecompte nocompte rib contocorrente hesapnumarasi расчетныйсчет номеррахунку банковскийсчет рахунок
        αριθμοσλογαριασμου λογαριασμοσ contbancar رقمالحساب حسابمصرفي מספרחשבוןבנק חשבוןבנק norekening
        nomorrekening sotaikhoan เลขที่บัญชี เลขบัญชี szamlaszam bankgiro plusgiro postgiro clearingnummer cbu cvu
        bsb nuban ifsc aba abarouting achaccount kontobankowe rachunkubankowego účet bankkontonummer kontooplysning
        银行卡号 银行账户 銀行口座 은행계좌 refundaccount payoutaccount beneficiaryaccount
    """,
    "card": """
        cislokarty platebnikarta номеркартки картка πιστωτικηκαρτα αριθμοσκαρτας bankkartyaszam kartyaszam
        hitelkartya بطاقةالائتمان رقمالبطاقة כרטיסאשראי מספרכרטיס kartukredit nomorkartu sothe thetindung
        cartecredito betaalkaart cartebleue numcarte pagokart kartennr creditcardno ccnbr cardnbr paymentcardno
        cartaodebito tarjetadebito เลขบัตรเครดิต クレジットカード 銀行カード
    """,
    "cvv": """
        codigodeseguridad codicedisicurezza codigodeseguranca beveiligingscode sakerhetskod kontrolcifre turvakoodi
        bezpecnostnikod guvenlikkodu 安全码 セキュリティコード 카드보안코드 보안코드 kartenpruefnummer
        kartenprufziffer pruefziffer кодcvc кодcvv cardverification securitycodecard kodbezpieczenstwa
        kodzabezpieczajacy biztonsagikod codsecuritate
    """,
    "mac_address": "macアドレス macadress wifimac ethernetaddress hardwareaddress physicaladdress btmac",
    "device_id": """
        gerateid geraetekennung geratenummer iddeldispositivo identificadordodispositivo identificadordispositivo
        apparaatid toestelid identyfikatorurzadzenia urzadzenieid enhetsid enhedsid laitetunnus laiteid idzarizeni
        zarizeniid cihazkimligi cihazid cihazno идентификаторустройства устройстваid номерустройства
        ідентифікаторпристрою αναγνωριστικοσυσκευης eszkozazonosito eszkozid iddispozitiv dispozitivid 设备id
        设备号 设备标识 设备编号 端末id デバイスid 기기id 단말기번호 deviceuid deviceidentifier devicefingerprint
        handsetid handsetimei installid installationid pushtoken fcmtoken apnstoken hwid cookieid visitorid
        advertid rdid meid esn idperangkat mathietbi numeroimei imeinummer kodimei nrimei imeicode
    """,
    "location": """
        homelocation wspolrzedne koordinater koordinaatit souradnice koordinatlar координаты координати
        местоположение συντεταγμενες συντεταγμενη koordinatak coordonate 坐标 经纬度 定位 座標 位置情報 緯度経度
        위치정보 좌표 위도경도 الإحداثيات الموقعالجغرافي נקודותציון koordinat toado gpslocation geopoint geopunto
        geocoord geocoords usergeo locationwkt lastknownposition lastknownlocation lastposition homepoint homegeo
        coordenada gpskoordinaten positionsdaten latlong latlngs gpspos gpsdata checkinlocation pickuplatlng
        dropofflatlng longitud latitud latitudine longitudine breedtegraad lengtegraad szerokosc dlugosc
        zemepisnasirka enlem boylam широта долгота
    """,
    "username": """
        nomdutilisateur nombredeusuario nomedeusuario uzivatelskejmeno pouzivatelskemeno имяпользователя
        імякористувача ονομαχρηστη felhasznalonev numeutilizator اسمالمستخدم שםמשתמש namapengguna tendangnhap
        ชื่อผู้ใช้ ユーザーid ログインid 아이디 账号名 登录名 samaccountname ntlogin aduser userprincipal
        accountname acctname benutzerkennung anmeldename userhandle githubhandle slackhandle twitterid
        instagramhandle korisnickoime uporabniskoime nomedelutente loginnamn brugerid kasutajanimi lietotajvards
        prisijungimovardas потребителскоиме потребител nazwakonta логінкористувача
    """,
    "secret": """
        zugangsschlussel geheimnis 密钥 秘钥 口令 كلمةالمرور كلمةالسر סיסמה סיסמא katasandi sandi matkhau รหัสผ่าน
        parola signingkey encryptionkey sshkey webhooksecret connectionstring connstr sharedsecret apisecret
        totpsecret otpseed recoverycode passcode securityanswer sastoken tokenvalue masterkey clavesecreta claveapi
        clavedeacceso chaveapi chavedeacesso chavesecreta chiaveapi chiavesegreta cleapi clesecrete clesecret
        apischlussel apisleutel kluczapi nyckel apinyckel apiklic anahtar apianahtari ключдоступа секретныйключ
        токендоступа パスコード 暗証番号 シークレット 암호 비밀키 lozinka geslo slaptazodis parool парола पासवर्ड
    """,
    "crypto_wallet": """
        kryptoadresse walletadresse walletadres portefeuillecrypto billeteracripto monederocripto portafogliocrypto
        portafogliobitcoin carteiracripto portfelakrypto adresportfela planboksadress lompakkoosoite
        adresapenezenky cuzdanadresi cuzdan адресакошелька адрескошелька кошелек кошелька гаманець 钱包地址 钱包
        ウォレットアドレス ウォレット 지갑주소 지갑 walletaddr walletid btcaddr ethaddr ethwallet btcwallet
        cryptowallet payoutwallet bitcoinadresse soladdress usdtaddress blockchainaddress xmraddress محفظة
    """,
    "special:biometric": """
        vingerafdruk fingeraftryk fingeravtrykk sormenjalki otiskprstu odtlacokprsta parmakizi отпечаткипальца
        отпечатокпальца відбитокпальця δακτυλικοαποτυπωμα ujjlenyomat amprentadigitala بصمةالاصبع بصمة טביעתאצבע
        sidikjari vantay ลายนิ้วมือ iristemplate irisscan voicetemplate palmprint facehash facedescriptor
        gesichtserkennung dnaprofile dnaprofil genprofil genetik genom datosbiometricos biometria biometrie биометр
        біометр 生物特征 生体認証 人脸特征 顔特徴 생체정보 faceprint fingerprinthash
    """,
}
"""Label -> words; those of special categories stand in `_lists/words_special`."""
