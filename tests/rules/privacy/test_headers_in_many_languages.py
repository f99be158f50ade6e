# ruff: noqa: RUF001 - headers of other scripts look like Latin ones
"""Headers of every kind in a dozen languages and more: what they name is read from them, whatever the language."""

from __future__ import annotations

import pytest

from rules.privacy._columns.quasi import _named
from rules.privacy._kinds import WORDS
from rules.privacy._lists.headers import read_header

SAID = {
    "email": """
        en:email_address de:E-Mail-Adresse fr:adresse_courriel es:correo_electrónico it:posta_elettronica
        pt:endereço_de_email nl:mailadres pl:adres_e-mail sv:e-postadress fi:sähköpostiosoite cs:e-mailová_adresa
        tr:e-posta_adresi ru:эл_почта uk:електронна_пошта el:διεύθυνση_email hu:e-mail_cím ro:adresa_de_email
        zh:电子邮箱 ja:メールアドレス ko:이메일주소 ar:البريد_الإلكتروني he:דוא״ל hi:ईमेल id:alamat_surel
        vi:thư_điện_tử bg:имейл_адрес da:e-mailadresse
    """,
    "phone": """
        en:phone_number de:Telefonnummer fr:numéro_de_téléphone es:teléfono_móvil it:numero_di_telefono
        pt:telemóvel nl:telefoonnummer pl:numer_telefonu sv:telefonnummer fi:puhelinnumero cs:telefonní_číslo
        tr:telefon_numarası ru:номер_телефона uk:номер_телефону el:τηλέφωνο hu:telefonszám ro:număr_de_telefon
        zh:手机号码 ja:電話番号 ko:전화번호 ar:رقم_الهاتف he:מספר_טלפון hi:फ़ोन_नंबर id:nomor_telepon
        vi:số_điện_thoại th:เบอร์โทรศัพท์ bg:телефонен_номер
    """,
    "person": """
        en:full_name de:Vollständiger_Name fr:nom_et_prénom es:nombre_completo it:nome_e_cognome pt:nome_completo
        nl:volledige_naam pl:imię_i_nazwisko sv:för_och_efternamn da:fulde_navn fi:koko_nimi cs:jméno_a_příjmení
        tr:ad_soyad ru:полное_имя uk:піб el:ονοματεπώνυμο hu:teljes_név ro:nume_și_prenume zh:姓名 ja:氏名 ko:성명
        ar:الاسم_الكامل he:שם_מלא hi:पूरा_नाम id:nama_lengkap vi:họ_và_tên th:ชื่อ-นามสกุล bg:име_и_фамилия
    """,
    "first_name": """
        en:first_name de:Vorname fr:prénom es:primer_nombre it:nome_proprio pt:primeiro_nome nl:voornaam
        pl:imię sv:förnamn da:fornavn fi:etunimi cs:křestní_jméno tr:isim ru:имя uk:ім'я el:όνομα hu:keresztnév
        ro:prenume zh:名字 ja:名 ko:이름 ar:الاسم_الأول he:שם_פרטי id:nama_depan
    """,
    "address": """
        en:postal_address de:Anschrift fr:adresse_postale es:domicilio it:indirizzo_di_residenza pt:morada
        nl:woonadres pl:adres_zamieszkania sv:gatuadress da:bopælsadresse fi:katuosoite cs:adresa_bydliště
        tr:ikamet_adresi ru:адрес_проживания uk:адреса_проживання el:διεύθυνση_κατοικίας hu:lakcím
        ro:adresa_de_domiciliu zh:家庭住址 ja:住所 ko:주소 ar:العنوان he:כתובת hi:पता id:alamat_rumah vi:địa_chỉ
        th:ที่อยู่ bg:адрес_по_местоживеене
    """,
    "birth_date": """
        en:date_of_birth de:Geburtsdatum fr:date_de_naissance es:fecha_de_nacimiento it:data_di_nascita
        pt:data_de_nascimento nl:geboortedatum pl:data_urodzenia sv:födelsedatum da:fødselsdato fi:syntymäaika
        cs:datum_narození tr:doğum_tarihi ru:дата_рождения uk:дата_народження el:ημερομηνία_γέννησης
        hu:születési_dátum ro:data_nașterii zh:出生日期 ja:生年月日 ko:생년월일 ar:تاريخ_الميلاد he:תאריך_לידה
        hi:जन्म_तिथि id:tanggal_lahir vi:ngày_sinh th:วันเกิด bg:дата_на_раждане
    """,
    "national_id": """
        en:national_id_number de:Steueridentifikationsnummer fr:numéro_de_sécurité_sociale
        es:documento_nacional_de_identidad it:codice_fiscale pt:número_de_contribuinte nl:burgerservicenummer
        pl:numer_pesel sv:personnummer da:cpr-nummer fi:henkilötunnus cs:rodné_číslo tr:tc_kimlik_no ru:инн
        uk:ідентифікаційний_код el:αριθμός_ταυτότητας hu:adóazonosító_jel ro:cod_numeric_personal zh:身份证号码
        ja:マイナンバー ko:주민등록번호 ar:الرقم_القومي he:מספר_זהות hi:आधार_संख्या id:nomor_induk_kependudukan
        vi:căn_cước_công_dân th:เลขประจำตัวประชาชน bg:единен_граждански_номер
    """,
    "passport": """
        en:passport_number de:Reisepassnummer fr:numéro_de_passeport es:número_de_pasaporte it:numero_passaporto
        pt:passaporte nl:paspoortnummer pl:numer_paszportu sv:passnummer da:pasnummer fi:passin_numero
        cs:číslo_pasu tr:pasaport_no ru:номер_паспорта uk:номер_паспорта el:αριθμός_διαβατηρίου hu:útlevélszám
        ro:număr_pașaport zh:护照号码 ja:パスポート番号 ko:여권번호 ar:رقم_جواز_السفر he:מספר_דרכון hi:पासपोर्ट
        id:nomor_paspor vi:số_hộ_chiếu th:หนังสือเดินทาง
    """,
    "driving_licence": """
        en:driving_licence_number en2:drivers_license de:Führerscheinnummer fr:permis_de_conduire
        es:permiso_de_conducir it:patente_di_guida pt:carta_de_condução pt2:carteira_de_habilitação
        nl:rijbewijsnummer pl:prawo_jazdy sv:körkortsnummer da:kørekort fi:ajokortin_numero cs:řidičský_průkaz
        tr:ehliyet_no ru:водительское_удостоверение uk:посвідчення_водія el:δίπλωμα_οδήγησης hu:jogosítvány
        ro:permis_de_conducere zh:驾驶证号 ja:運転免許証番号 ko:운전면허번호 ar:رخصة_القيادة he:רישיון_נהיגה
        id:nomor_sim vi:giấy_phép_lái_xe th:ใบขับขี่
    """,
    "licence_plate": """
        en:license_plate de:Kfz-Kennzeichen fr:plaque_d_immatriculation es:matrícula_vehículo it:targa_veicolo
        pt:placa_do_carro pt2:matrícula nl:kenteken pl:numer_rejestracyjny sv:registreringsnummer da:nummerplade
        fi:rekisterinumero cs:státní_poznávací_značka cs2:spz tr:plaka_no ru:госномер ru2:номер_автомобиля
        uk:номерний_знак el:πινακίδα hu:rendszám ro:număr_înmatriculare zh:车牌号 ja:ナンバープレート ko:차량번호
        ar:رقم_اللوحة he:מספר_רכב id:nomor_polisi vi:biển_số_xe th:ทะเบียนรถ
    """,
    "vehicle_id": """
        en:vehicle_identification_number de:Fahrgestellnummer fr:numéro_de_châssis es:número_de_bastidor
        it:numero_di_telaio pt:número_do_chassi nl:chassisnummer pl:numer_nadwozia sv:chassinummer da:stelnummer
        fi:valmistenumero_vin cs:číslo_karoserie tr:şasi_numarası ru:номер_кузова uk:номер_кузова
        el:αριθμός_πλαισίου hu:alvázszám ro:serie_șasiu zh:车架号 ja:車台番号 ko:차대번호 id:nomor_rangka
        vi:số_khung
    """,
    "health_id": """
        en:medical_record_number en2:nhs_number de:Krankenversichertennummer fr:numéro_assuré fr2:carte_vitale
        es:tarjeta_sanitaria it:tessera_sanitaria pt:número_de_utente nl:zorgpolisnummer nl2:patiëntnummer
        pl:numer_ubezpieczenia_zdrowotnego sv:patientnummer da:sygesikringsnummer fi:potilasnumero
        cs:číslo_pojištěnce tr:hasta_no ru:полис_омс uk:номер_пацієнта el:αμκα hu:taj-szám ro:cod_asigurat
        zh:医保卡号 ja:被保険者番号 ko:건강보험번호 ar:رقم_المريض he:מספר_מטופל id:nomor_bpjs vi:mã_bảo_hiểm_y_tế
    """,
    "bank_account": """
        en:bank_account_number de:Kontonummer fr:numéro_de_compte es:cuenta_bancaria it:conto_corrente
        pt:conta_bancária nl:rekeningnummer pl:numer_konta_bankowego sv:bankkontonummer da:kontonummer
        fi:tilinumero cs:číslo_účtu tr:hesap_numarası ru:расчётный_счёт uk:номер_рахунку el:αριθμός_λογαριασμού
        hu:bankszámlaszám ro:cont_bancar zh:银行账号 ja:口座番号 ko:계좌번호 ar:رقم_الحساب he:מספר_חשבון_בנק
        id:nomor_rekening vi:số_tài_khoản th:เลขที่บัญชี
    """,
    "card": """
        en:credit_card_number de:Kreditkartennummer fr:numéro_de_carte_bancaire es:tarjeta_de_crédito
        it:carta_di_credito pt:cartão_de_crédito nl:creditcardnummer pl:numer_karty sv:kortnummer da:kreditkort
        fi:luottokortti cs:číslo_karty tr:kredi_kartı ru:номер_карты uk:номер_картки el:πιστωτική_κάρτα
        hu:bankkártyaszám ro:număr_card zh:信用卡号 ja:クレジットカード番号 ko:카드번호 ar:بطاقة_الائتمان
        he:כרטיס_אשראי id:kartu_kredit vi:số_thẻ
    """,
    "cvv": """
        en:cvv en2:card_security_code de:Kartenprüfnummer fr:cryptogramme_visuel es:código_de_seguridad
        it:codice_di_sicurezza pt:código_de_segurança nl:beveiligingscode_kaart pl:kod_cvv sv:säkerhetskod_kort
        da:kontrolcifre_kort fi:turvakoodi_kortti cs:bezpečnostní_kód_karty tr:güvenlik_kodu ru:код_cvc zh:安全码
        ja:セキュリティコード ko:카드보안코드
    """,
    "ip": """
        en:ip_address de:IP-Adresse fr:adresse_ip es:dirección_ip it:indirizzo_ip pt:endereço_ip nl:ip_adres
        pl:adres_ip sv:ip_adress da:ip-adresse fi:ip_osoite cs:ip_adresa tr:ip_adresi ru:ip_адрес el:διεύθυνση_ip
        zh:IP地址 ja:IPアドレス ko:IP주소
    """,
    "mac_address": """
        en:mac_address de:MAC-Adresse fr:adresse_mac es:dirección_mac it:indirizzo_mac pt:endereço_mac nl:mac_adres
        pl:adres_mac sv:mac_adress fi:mac_osoite cs:mac_adresa tr:mac_adresi ru:mac_адрес zh:MAC地址 ja:MACアドレス
        ko:MAC주소
    """,
    "device_id": """
        en:device_id en2:imei_number de:Gerätekennung de2:GeraeteID fr:identifiant_appareil es:id_del_dispositivo
        it:id_dispositivo pt:identificador_do_dispositivo nl:apparaat_id pl:identyfikator_urządzenia sv:enhets_id
        da:enheds_id fi:laitetunnus cs:id_zařízení tr:cihaz_kimliği ru:идентификатор_устройства
        uk:ідентифікатор_пристрою el:αναγνωριστικό_συσκευής hu:eszközazonosító ro:id_dispozitiv zh:设备ID
        zh2:设备号 ja:端末ID ko:기기ID
    """,
    "location": """
        en:gps_coordinates en2:home_location de:Standortkoordinaten fr:coordonnées_gps es:coordenadas
        it:coordinate_gps pt:coordenadas_gps nl:coördinaten pl:współrzędne sv:koordinater da:koordinater
        fi:koordinaatit cs:souřadnice tr:koordinatlar ru:координаты uk:координати el:συντεταγμένες hu:koordináták
        ro:coordonate zh:坐标 zh2:经纬度 ja:座標 ja2:位置情報 ko:위치정보 ko2:좌표 ar:الإحداثيات id:koordinat
        vi:tọa_độ
    """,
    "username": """
        en:user_name de:Benutzername fr:nom_d_utilisateur es:nombre_de_usuario it:nome_utente pt:nome_de_usuário
        nl:gebruikersnaam pl:nazwa_użytkownika sv:användarnamn da:brugernavn fi:käyttäjätunnus cs:uživatelské_jméno
        tr:kullanıcı_adı ru:логин ru2:имя_пользователя uk:ім'я_користувача el:όνομα_χρήστη hu:felhasználónév
        ro:nume_utilizator zh:用户名 ja:ユーザー名 ko:사용자명 ar:اسم_المستخدم he:שם_משתמש id:nama_pengguna
        vi:tên_đăng_nhập
    """,
    "secret": """
        en:api_key en2:password de:Passwort de2:Zugangsschlüssel fr:mot_de_passe es:contraseña it:parola_chiave
        pt:senha nl:wachtwoord pl:hasło sv:lösenord da:adgangskode fi:salasana cs:heslo tr:şifre ru:пароль
        uk:пароль el:κωδικός hu:jelszó ro:parolă zh:密码 zh2:密钥 ja:パスワード ko:비밀번호 ar:كلمة_المرور he:סיסמה
        id:kata_sandi vi:mật_khẩu th:รหัสผ่าน
    """,
    "crypto_wallet": """
        en:wallet_address de:Krypto-Adresse de2:Wallet-Adresse fr:portefeuille_crypto es:billetera_cripto
        it:portafoglio_crypto pt:carteira_cripto nl:wallet_adres pl:adres_portfela sv:plånboksadress
        fi:lompakko_osoite cs:adresa_peněženky tr:cüzdan_adresi ru:адрес_кошелька zh:钱包地址 ja:ウォレットアドレス
        ko:지갑주소
    """,
    "special:health": """
        en:diagnosis en2:medical_condition de:Krankheit de2:Diagnose fr:maladie fr2:pathologie es:diagnóstico
        es2:alergias it:malattia pt:doença nl:aandoening nl2:ziekte pl:choroba pl2:schorzenie sv:sjukdom da:sygdom
        fi:sairaus cs:nemoc cs2:diagnóza tr:hastalık tr2:tanı ru:диагноз ru2:заболевание uk:хвороба el:ασθένεια
        el2:διάγνωση hu:betegség ro:boală ro2:diagnostic_medical zh:疾病 zh2:诊断 ja:病名 ja2:病歴 ko:질병
        ko2:진단명 ar:المرض ar2:التشخيص he:מחלה he2:אבחנה id:penyakit vi:bệnh
    """,
    "special:religion": """
        en:religion en2:religious_affiliation de:Religionszugehörigkeit de2:Glaube fr:confession_religieuse
        es:religión it:religione pt:religião nl:geloof nl2:godsdienst pl:wyznanie sv:trosbekännelse
        sv2:religiös_tillhörighet da:trossamfund fi:uskonto cs:náboženství cs2:vyznání tr:dini ru:вероисповедание
        uk:віросповідання el:θρησκεία hu:vallás ro:religie zh:宗教信仰 ja:宗教 ko:종교 ar:الديانة he:דת hi:धर्म
        id:agama vi:tôn_giáo th:ศาสนา
    """,
    "special:ethnicity": """
        en:ethnicity en2:racial_origin de:ethnische_Herkunft de2:Volkszugehörigkeit fr:origine_ethnique
        es:origen_étnico es2:etnia it:origine_etnica pt:origem_étnica pt2:cor_raça nl:etnische_afkomst
        nl2:etniciteit pl:pochodzenie_etniczne sv:etnisk_tillhörighet da:etnisk_oprindelse fi:etninen_tausta
        cs:etnický_původ cs2:etnikum tr:etnik_köken ru:этническая_принадлежность uk:етнічна_приналежність
        el:εθνοτική_καταγωγή hu:etnikai_hovatartozás ro:etnie ro2:origine_etnică zh:民族 ja:民族 ko:인종 ar:العرق
        he:מוצא_אתני id:suku_bangsa vi:dân_tộc
    """,
    "special:orientation": """
        en:sexual_orientation de:sexuelle_Orientierung fr:orientation_sexuelle es:orientación_sexual
        it:orientamento_sessuale pt:orientação_sexual nl:seksuele_geaardheid pl:orientacja_seksualna
        sv:sexuell_läggning da:seksuel_orientering fi:seksuaalinen_suuntautuminen cs:sexuální_orientace
        tr:cinsel_yönelim ru:сексуальная_ориентация uk:сексуальна_орієнтація el:σεξουαλικός_προσανατολισμός
        hu:szexuális_irányultság ro:orientare_sexuală zh:性取向 ja:性的指向 ko:성적지향 ar:التوجه_الجنسي
        he:נטייה_מינית id:orientasi_seksual vi:xu_hướng_tính_dục
    """,
    "special:union": """
        en:trade_union_membership en2:union_member de:Gewerkschaftszugehörigkeit fr:appartenance_syndicale
        fr2:syndiqué es:afiliación_sindical it:iscrizione_sindacato it2:sindacato pt:filiação_sindical
        pt2:sindicalizado nl:vakbondslidmaatschap pl:przynależność_związkowa pl2:związek_zawodowy
        sv:facklig_tillhörighet da:fagforening fi:ammattiliitto cs:odborová_organizace cs2:členství_v_odborech
        tr:sendika_üyeliği ru:членство_в_профсоюзе uk:профспілка el:συνδικάτο hu:szakszervezet ro:sindicat
        zh:工会会员 ja:労働組合 ko:노동조합 ar:نقابة id:serikat_pekerja vi:công_đoàn
    """,
    "special:politics": """
        en:political_opinion en2:party_membership de:politische_Meinung de2:Parteimitgliedschaft
        fr:opinion_politique es:opinión_política es2:afiliación_política it:opinione_politica pt:opinião_política
        pt2:filiação_partidária nl:politieke_voorkeur pl:poglądy_polityczne sv:politisk_åsikt sv2:partitillhörighet
        da:politisk_overbevisning fi:poliittinen_kanta cs:politický_názor cs2:stranická_příslušnost tr:siyasi_görüş
        ru:политические_взгляды ru2:партийность uk:політичні_погляди el:πολιτικές_πεποιθήσεις hu:politikai_vélemény
        ro:opinii_politice zh:政治面貌 ja:政治的信条 ja2:支持政党 ko:정치성향 ar:الانتماء_السياسي
        id:afiliasi_politik vi:chính_kiến
    """,
    "special:offence": """
        en:criminal_record en2:criminal_convictions de:Vorstrafen fr:casier_judiciaire es:antecedentes_penales
        it:precedenti_penali it2:casellario_giudiziale pt:antecedentes_criminais nl:strafblad nl2:veroordelingen
        pl:karalność sv:brottsregister da:straffeattest fi:rikosrekisteri cs:trestní_rejstřík tr:sabıka_kaydı
        ru:судимость uk:судимість el:ποινικό_μητρώο hu:büntetett_előélet ro:cazier_judiciar zh:犯罪记录 ja:前科
        ja2:犯罪歴 ko:범죄경력 ko2:전과 ar:السوابق_الجنائية he:עבר_פלילי id:catatan_kriminal vi:tiền_án
    """,
    "special:child": """
        en:is_minor en2:is_child de:minderjährig de2:Kind_unter_16 fr:enfant_mineur fr2:est_mineur es:menor_de_edad
        it:minorenne pt:menor_de_idade nl:minderjarig pl:nieletni pl2:małoletni sv:minderårig da:mindreårig
        fi:alaikäinen cs:nezletilý tr:reşit_değil tr2:çocuk_mu ru:несовершеннолетний uk:неповнолітній el:ανήλικος
        hu:kiskorú ro2:este_minor zh:未成年 ja:未成年 ko:미성년자 ar:قاصر he:קטין id:di_bawah_umur vi:vị_thành_niên
    """,
    "special:biometric": """
        en:fingerprint_template en2:face_embedding de:Fingerabdruck fr:empreinte_digitale es:huella_dactilar
        it:impronta_digitale pt:impressão_digital nl:vingerafdruk pl:odcisk_palca sv:fingeravtryck da:fingeraftryk
        fi:sormenjälki cs:otisk_prstu tr:parmak_izi ru:отпечаток_пальца uk:відбиток_пальця el:δακτυλικό_αποτύπωμα
        hu:ujjlenyomat ro:amprentă_digitală zh:指纹 ja:指紋 ko:지문 ar:بصمة_الإصبع he:טביעת_אצבע id:sidik_jari
        vi:vân_tay
    """,
    "iban": """
        en:iban de:IBAN-Nummer fr:code_iban es:número_iban it:codice_iban pt:número_de_iban nl:iban_rekening
        pl:numer_iban sv:iban_nummer da:iban-nr fi:iban_tilinumero cs:číslo_iban tr:iban_no ru:номер_iban
        el:αριθμός_iban hu:iban_szám ro:cod_iban
    """,
    "quasi:postcode": """
        en:postal_code de:Postleitzahl fr:code_postal es:código_postal it2:codice_postale pt:código_postal
        nl:postcode pl:kod_pocztowy sv:postnummer fi:postinumero cs:psč tr:posta_kodu ru:почтовый_индекс
        uk:поштовий_індекс el:ταχυδρομικός_κώδικας hu:irányítószám ro:cod_poștal zh:邮政编码 ja:郵便番号
        ko:우편번호 ar:الرمز_البريدي id:kode_pos vi:mã_bưu_điện
    """,
    "quasi:sex": """
        en:gender de:Geschlecht fr:sexe es:sexo it:sesso pt:género nl:geslacht pl:płeć sv:kön da:køn fi:sukupuoli
        cs:pohlaví tr:cinsiyet ru:пол uk:стать el:φύλο hu:nem ro:gen ro2:sex zh:性别 ja:性別 ko:성별 ar:الجنس
        id:jenis_kelamin vi:giới_tính
    """,
    "quasi:age": """
        en:age de:Alter fr:âge es:edad it:età pt:idade nl:leeftijd pl:wiek sv:ålder da:alder fi:ikä cs:věk tr:yaş
        ru:возраст uk:вік el:ηλικία hu:életkor ro:vârstă zh:年龄 ja:年齢 ko:나이 ar:العمر id:umur id2:usia vi:tuổi
    """,
    "quasi:occupation": """
        en:occupation de:Beruf fr:profession es:profesión it:professione pt:profissão nl:beroep pl:zawód sv:yrke
        da:stilling fi:ammatti cs:povolání tr:meslek ru:профессия uk:професія el:επάγγελμα hu:foglalkozás
        ro:ocupație zh:职业 ja:職業 ko:직업 ar:المهنة id:pekerjaan vi:nghề_nghiệp
    """,
    "quasi:nationality": """
        en:nationality de:Staatsangehörigkeit fr:nationalité es:nacionalidad it:cittadinanza pt:nacionalidade
        nl:nationaliteit pl:obywatelstwo sv:medborgarskap da:statsborgerskab fi:kansalaisuus cs:státní_příslušnost
        tr:uyruk ru:гражданство uk:громадянство el:υπηκοότητα hu:állampolgárság ro:cetățenie zh:国籍 ja:国籍
        ko:국적 ar:الجنسية id:kewarganegaraan vi:quốc_tịch
    """,
    "quasi:family_status": """
        en:marital_status de:Familienstand fr:état_civil es:estado_civil it:stato_civile pt:estado_civil
        nl:burgerlijke_staat pl:stan_cywilny sv:civilstånd da:civilstand fi:siviilisääty cs:rodinný_stav
        tr:medeni_hal tr2:medeni_durum ru:семейное_положение uk:сімейний_стан el:οικογενειακή_κατάσταση
        hu:családi_állapot ro:stare_civilă zh:婚姻状况 ja:婚姻状況 ko:결혼여부 ar:الحالة_الاجتماعية
        id:status_perkawinan vi:tình_trạng_hôn_nhân
    """,
}
"""Kind -> language and header."""
KIN = {"first_name": {"first_name", "person"}, "health_id": {"health_id", "national_id"}}
"""Kinds that one word stands for: in Greece one number is for the tax office, another for doctors and pensions."""
CASES = [(kind, *said.split(":", 1)) for kind, words in SAID.items() for said in words.split()]


@pytest.mark.parametrize(("kind", "language", "header"), CASES, ids=[f"{kind}-{where}" for kind, where, _ in CASES])
def test_a_header_is_read_in_its_language(kind: str, language: str, header: str) -> None:
    read = read_header(header)

    named = {f"quasi:{one}" for one in _named(header)} if kind.startswith("quasi:") else read.kinds

    assert named & KIN.get(kind, {kind}), language
    assert kind.startswith("quasi:") or not read.about


@pytest.mark.parametrize("kind", sorted(set(WORDS) - {one for one in WORDS if one.startswith("masked:")} - {"ssn"}))
def test_every_kind_has_headers_of_ten_languages(kind: str) -> None:
    languages = {said.partition(":")[0].rstrip("2") for said in SAID[kind].split()}

    assert len(languages) >= 10


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Geraetekennung", "device_id"),
        ("Fuehrerscheinnummer", "driving_licence"),
        ("Foedselsdato", "birth_date"),
        ("IPアドレス", "ip"),
        ("numero_de_la_tarjeta", "card"),
        ("disability_status", "special:health"),
        ("имя_пользователя", "username"),
        ("วันเกิด", "birth_date"),
    ],
)
def test_umlauts_scripts_and_small_words_do_not_hide_what_a_header_says(header: str, kind: str) -> None:
    assert read_header(header).names(kind)


@pytest.mark.parametrize(
    "header",
    ["водительский_стаж", "商品名", "email_status", "phone_model", "шариковая_ручка", "build_status", "product_name"],
)
def test_a_word_within_another_is_no_header_of_people(header: str) -> None:
    named = read_header(header)

    assert not named.names("phone")
    assert not named.names("first_name")
    assert not named.names("person")
    assert not named.names("email")


def test_a_header_that_gives_way_names_the_stronger_kind_only() -> None:
    assert read_header("IP地址").kinds == {"ip"}
    assert "person" not in read_header("Patientennummer").kinds
    assert "phone" not in read_header("handset_imei").kinds
