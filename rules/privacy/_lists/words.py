"""The words that name columns of personal data, in many languages, and the words that deny it.

Words are written without accents and spaces (`date of birth` is `dateofbirth`).
A word of six letters or more, or in another script, may stand inside a longer one (`kundentelefonnummer`); a shorter
one stands alone. Languages: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Danish,
Norwegian, Finnish, Czech, Turkish, Hungarian, Romanian, Russian, Ukrainian, Greek, Chinese, Japanese, Korean, Arabic,
Hebrew, Hindi; the most common words in Slovak, Slovenian, Croatian, Bulgarian, Lithuanian, Latvian, Estonian,
Indonesian, Vietnamese, Thai and Persian.
"""

from __future__ import annotations

from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


KINDS: Final[dict[str, str]] = {
    "email": """
        contactemail emailid emailaddr mailaddr useremail emailadr email mail emails emailaddress emailaddr
        mailaddress eml mailto replyto emailadresse mailadresse epost
        epostadresse courriel adressemail adresseelectronique correo correoelectronico posta postaelettronica
        indirizzoemail correio correioeletronico emailadres adresemail sahkoposti eposta elektronickaposta почта
        электроннаяпочта элпочта имейл пошта 邮箱 邮件 电子邮件 メール メールアドレス 이메일 البريد بريد דואל
        אימייל ईमेल ηλεκτρονικο
        surel elpastas epasts meil alamatemail ایمیل อีเมล
    """,
    "phone": """
        contacttel phonenr nrtel nrtelefonu telhome telwork telmobile homeph workph mobileph cellno cellnumber
        mobilenum mobilenr handyno gsmno faxnumber phone phones telephone tel telno phoneno phonenumber mobile
        mobileno mobilephone cell cellphone fax
        faxno msisdn whatsapp contactno contactnumber landline homephone workphone telefon telefonnummer
        telefonnr handy handynummer handynr rufnummer mobilnummer festnetz telephonenumero numerodetelephone
        portable gsm telefono telefonos celular movil cellulare numerotelefono telefone celulares telemovel
        telefoon telefoonnummer mobiel mobielnummer komorka numertelefonu mobil mobiltelefon telefonnumer
        puhelin puhelinnumero matkapuhelin telefoncislo telefonu ceptelefonu ceptel telefonszam telefonul
        телефон мобильный номертелефона сотовый тел τηλεφωνο κινητο 电话 手机 手机号 电话号码 電話 電話番号 携帯
        전화 전화번호 휴대폰 هاتف
        جوال טלפון נייד फोन मोबाइल
        telefonas telefons talrunis mobilais mobiltelefons dienthoai sodienthoai sodt telepon nomortelepon notelp
        nohp ponsel mobitel telefonskastevilka โทรศัพท์ เบอร์โทร تلفن موبایل
    """,
    "iban": """
        iban ibannumber ibannummer ibannr
    """,
    "bank_account": """
        bankacc bankaccno accountnr accno accnumber sortcodeaccount sortcode routingnumber accountandsortcode
        kontonum ktonr bban bankaccount bankaccountnumber accountnumber accountno acctno acctnum bankacct
        kontonummer kontonr
        bankkonto bankverbindung numerocompte comptebancaire numerodecuenta cuentabancaria clabe contobancario
        numeroconto contabancaria numerodaconta rekeningnummer bankrekening numerkonta nrkonta rachunek
        tilinumero cislouctu hesapno bankszamla номерсчета 银行账号 口座番号 계좌번호
    """,
    "card": """
        card cardno cardnumber cardnum creditcard creditcardnumber debitcard ccnumber ccnum ccno pan paymentcard
        kreditkarte kreditkartennummer kartennummer cartebancaire numerocarte cartecredit tarjeta numerotarjeta
        tarjetacredito cartadicredito numerocarta cartao cartaodecredito creditcardnummer kartakredytowa
        numerkarty kortnummer kreditkort luottokortti kredikarti kartno номеркарты кредитнаякарта 信用卡 卡号
        カード番号
        카드번호
    """,
    "cvv": """
        cvv cvv2 cvc cvc2 csc cvccode cvvcode seccode cardcode cvn cardcvv cardcvc cardsecuritycode
        cardverificationvalue cardverificationcode
        kartenprufnummer prufnummer cryptogramme codigocvv codigoseguridad codicesicurezza
    """,
    "device_id": """
        imei imeino imeinumber imsi idfa idfv gaid adid aaid deviceid deviceuuid devicetoken androidid advertisingid
        advertiserid udid geratekennung identifiantappareil iddispositivo
    """,
    "vehicle_id": """
        vin vinno vinnumber vincode vinnum chassis chassisnum vehicleno vehicleid vehicleidentificationnumber
        chassisno chassisnumber fahrgestellnummer
        fahrzeugidentifikationsnummer numerochassis numerodechassis numerobastidor bastidor telaio numerotelaio
        chassisnummer numernadwozia sasinumarasi
    """,
    "health_id": """
        mrn medicalrecordno medicalrecordnumber patientid patientno patientnumber nhsno nhsnumber healthcardno
        healthcardnumber medicareno medicarenumber medicaidid healthid healthinsurancenumber insuredid kvnr
        krankenversichertennummer versichertennummer patientennummer numeropatient numeroassure tarjetasanitaria
        tesserasanitaria cartaonacionaldesaude
    """,
    "location": """
        gps geo geolocation geoposition gpsposition gpscoordinates coordinates coords latlng latlon lat latitude lon
        lng
        long longitude homelat homelon homelatitude homelongitude userlocation lastlocation standort koordinaten
        coordonnees coordenadas coordinate breitengrad langengrad
    """,
    "ip": """
        ip ips ipaddr ipaddress ipv4 ipv6 clientip remoteip remoteaddr sourceip userip lastip loginip adresseip
        direccionip ipadresse
    """,
    "mac_address": """
        mac macaddr macaddress macadresse bssid hwaddr
    """,
    "crypto_wallet": """
        wallet walletaddress btc btcaddress bitcoin bitcoinaddress ethaddress ethereumaddress cryptoaddress
    """,
    "first_name": """
        firstname fname givenname given forename givennames vorname rufname prenom primernombre nombrepila prenome
        primeironome voornaam roepnaam imie fornamn fornavn etunimi krestnijmeno jmeno isim adi keresztnev
        prenume имя ονομα 名 名字 이름 الاسمالاول שםפרטי
        krstnemeno ime vardas vards eesnimi namadepan ชื่อ
    """,
    "person": """
        fullname recipient kontaktperson contactperson ansprechperson sender patient passenger assignee
        requester lastname lname surname familyname secondname maidenname middlename personname customername
        clientname contactname employeename patientname ownername accountholder cardholder cardholdername
        recipientname sendername authorname guestname membername studentname passengername holdername
        beneficiaryname firstlast displayname realname legalname requestername assigneename submittername
        reportername callername payeename payername nextofkin emergencycontact nachname familienname zuname
        geburtsname vollername ansprechpartner kundenname mitarbeitername nomdefamille nomcomplet nomclient
        nomprenom apellido apellidos nombrecompleto nombrecliente nombreyapellido cognome nominativo
        nomecompleto nomecliente sobrenome apelido achternaam volledigenaam klantnaam naamklant nazwisko
        imieinazwisko efternamn efternavn etternavn fulltnavn sukunimi prijmeni soyad soyadi adsoyad adisoyadi
        vezeteknev csaladnev numecomplet numefamilie фамилия фио отчество полноеимя прізвище επωνυμο
        ονοματεπωνυμο 姓名 姓 真实姓名 氏名 お名前 担当者 성명 성함 الاسمالكامل اسمالعميل שםמלא שםמשפחה
        priezvisko priimek prezime imeinprezime imeprezime pavarde uzvards perekonnanimi namalengkap namakeluarga
        hoten hovaten นามสกุล ชื่อนามสกุล نامخانوادگی фамилно
        familynm fullnm lastnm surnm fulname firstandlastname nameofperson nomeecognome cognomenome nomecognome
        nombreapellidos nombresyapellidos vornachname namevorname prenomnom nomdusage jmenoprijmeni meno
        priezviskomeno
        naamvoorletters forochefternamn nameofholder
    """,
    "role": """
        signatory beneficiary payee payer policyholder insured insuredparty tenant landlord guest attendee participant
        applicant candidate employee staff doctor physician therapist student pupil teacher instructor author owner
        manager supervisor driver technician agent salesrep representative salesperson buyer seller reviewer approver
        witness lawyer attorney customer client user contact consignee addressee subscriber donor volunteer resident
        claimant caregiver guardian spouse mitarbeiter kunde kundin empfanger inhaber antragsteller bearbeiter
        sachbearbeiter unterzeichner vertreter fahrer arzt eigentumer mieter teilnehmer begunstigter versicherter
        titulaire destinataire beneficiaire signataire salarie employe locataire proprietaire conducteur medecin
        titular empleado beneficiario firmante destinatario paciente cliente inquilino propietario conductor medico
        intestatario dipendente richiedente proprietario titolare assicurato funcionario responsavel motorista
        medewerker klant huurder eigenaar bestuurder ontvanger pracownik klient odbiorca wlasciciel kierowca
        anstalld kund mottagare medarbejder kunde ansatt tyontekija asiakas zamestnanec zakaznik calisan musteri
        dolgozo ugyfel angajat сотрудник клиент получатель владелец водитель пациент
        person persons people persona personas personne personnes persoon personen osoba osoby pessoa pessoas henkilo
        personer szemely kisi persoana человек ατομο 人員 人员 担当 사람 شخص אדם व्यक्ति
        member members holder plaintiff defendant suspect victim nurse borrower lender guarantor visitor citizen voter
        nominee trustee heir dependent dependant mother father parent husband wife relative colleague coworker
        dispatcher courier operator signedby approvedby createdby updatedby modifiedby lastmodifiedby submittedby
        requestedby reportedby assignedto preparedby reviewedby handledby openedby closedby orderedby
        mitglied besucher burger klager beklagter kollege ersteller erstelltvon freigegebenvon membre visiteur
        demandeur creepar signepar miembro visitante demandante creadopor firmadopor membro visitatore creatoda
        firmatoda criadopor lid bezoeker aangemaaktdoor czlonek utworzylprzez medlem besokare jasen clen uye
    """,
    "name": """
        name names nom nombre nome naam navn namn nimi nazwa imie jmeno ad isim nev nume имя назва ονομα 名前 名称
        이름 اسم שם नाम
    """,
    "address": """
        homeaddr mailingaddr shippingaddr billingaddr streetnm streetno streetandnumber residentialaddress
        domicile dwelling anschriftzeile adrzam adreszam adreskoresp direccionenvio direcciondomicilio
        adressedomicile lieuresidence indirizzoresidenza address addr addressline address1 address2 addressline1
        addressline2 street streetaddress streetname
        postaladdress mailingaddress homeaddress billingaddress shippingaddress deliveryaddress residence
        adresse anschrift strasse strassenr hausanschrift wohnort lieferadresse rechnungsadresse rue
        adressepostale voie direccion domicilio calle direccionpostal indirizzo residenza via indirizzopostale
        endereco morada rua logradouro adres straat straatnaam woonadres ulica adreszamieszkania adress
        gatuadress gata gade vej adressa osoite katuosoite katu bydliste ulice adresi evadresi lakcim cim utca
        strada adresa адрес улица адреса διευθυνση οδος 地址 住址 住所 주소 عنوان כתובת पता
        naslov adresas adrese aadress alamat diachi bydlisko ที่อยู่ آدرس
    """,
    "birth_date": """
        bornon dateborn dayofbirth birthyear yearofbirth birthdt dobtxt dobdate gebdt geburtsdat fecnac fecnacimiento
        fnacimiento datanasc dtnascita dtnascimento datanascimento datnaiss ddn dtnaissance fechanac geburtsjahr
        birthdate birthday dateofbirth dob bday bdate borndate born birth birthdt geburtsdatum geburtstag gebdat
        gebdatum datedenaissance naissance datenaissance fechanacimiento fechadenacimiento nacimiento
        datadinascita datanascita nascita datadenascimento datanascimento nascimento geboortedatum geboren
        dataurodzenia urodzenia fodelsedatum fodelsedag fodselsdato fodselsdag syntymaaika syntymapaiva
        datumnarozeni narozeni dogumtarihi szuletesidatum szuletesnap datanasterii nasterii датарождения
        деньрождения датанародження ημερομηνιαγεννησης 出生日期 生日 生年月日 誕生日 생년월일 생일 تاريخالميلاد
        תאריךלידה जन्मतिथि
        datumrodenja datumrojstva datumnarodenia gimimodata dzimsanasdatums sunniaeg sunnikuupaev tanggallahir
        tgllahir ngaysinh วันเกิด تاریختولد датанараждане
    """,
    "ssn": """
        ssn socialsecurity socialsecurityno socialsecuritynumber socsec ssnno ssnumber ssnum ssnnumber socialsec
        socialsecno ussocialsecurity
    """,
    "national_id": """
        nationalid nationalidentifier nationalinsurance nino nin personalid identitynumber identitycard idcard
        idcardno governmentid taxid taxnumber taxpayerid tin sin socialinsurance steuerid
        steueridentifikationsnummer steuernummer sozialversicherungsnummer svnummer rentenversicherungsnummer
        nationalno nationalidno nationalidnumber natid natno govid govtid governmentidno identificationno
        identificationnumber identificationnum idnumber idcardnumber idcardnum identitycardno identitycardnum
        identityno
        citizenid citizenno citizennumber citizenshipnumber citizenshipno civilid civilregistration personid personno
        personnumber personalnumber personalno personalidentificationnumber personalidentitynumber taxidentification
        taxidentificationnumber taxidno taxidnumber taxno taxpayer taxpayerno taxpayernumber taxfilenumber
        nationalregister registrenational numeronational rijksregisternummer rijksregister residentid residentno
        residentregistration registrationnumberperson nric hkid mykad nik ktp cnic snils edrpou rnokpp
        identyfikacyjny numeridentyfikacyjny identitatsnummer idnummer identifikationsnummer steuerid steueridnr
        ausweisnr persoid documentoidentificacion numerodocumento nrodocumento docidentidad numeroidentificacion
        identificacion cartaodecidadao cartaocidadao ausweisnummer personalausweis ahvnummer numerosecu
        securitesociale nir insee cni dni nie nif
        documentoidentidad cedula curp rfc rut codicefiscale cartaidentita cpf numerocontribuinte bsn
        burgerservicenummer pesel dowodosobisty numerdowodu personnummer personnr cprnummer cpr fodselsnummer
        henkilotunnus hetu rodnecislo tckimlik tckimlikno tckn kimlikno szemelyiszam adoszam cnp aadhaar aadhar
        pancard tajszam инн снилс паспорт ιδαφμ αμκα 身份证 身份证号 身分證 マイナンバー 個人番号 주민등록번호
        주민번호 رقمالهوية תעודתזהות
        आधार
        oib emso maticnibroj asmenskodas personaskods isikukood personalcode noktp nomorktp cccd cmnd
        เลขบัตรประชาชน کدملی егн
    """,
    "passport": """
        passport passportno passportnumber passportnum pptno pptnum passportid passno passnum traveldoc
        traveldocument traveldocumentno reisepass reisepassnr reisepassnummer passnr passnummer pasaportno
        pasaportnumarasi passeport numeropasseport pasaporte
        passaporto passaporte paspoort paspoortnummer paszport passi pasaport utlevel 护照 護照 パスポート 여권
    """,
    "driving_licence": """
        dlnum driverlic driverslic driverslicenseno driverslicensenumber driverlicenseno drivinglic drivinglicno
        drivinglicenceno drivinglicencenumber licno licencenumber licensenumber driverslicense driverlicense
        driverlicence drivinglicence drivinglicense driverslicence dlnumber dlno
        licenceno fuhrerschein fuhrerscheinnummer permisconduire permisdeconduire carnetconducir
        licenciaconducir patente patentediguida carteiramotorista rijbewijs prawojazdy korkort kjorekort
        ajokortti ehliyet 驾照 免許証 운전면허
    """,
    "licence_plate": """
        licenseplate numerrejestracyjny rejestracyjny registrationplate vehiclereg plate regplate platenum
        licenceplateno licenseplateno autokennzeichen nummerplaat nummernschild licenceplate numberplate
        plateno platenumber carplate vehicleplate kennzeichen
        kfzkennzeichen immatriculation plaqueimmatriculation matricula matriculacoche targa kenteken
        numerrejestracyjny registreringsnummer plaka rendszam 车牌 車牌 ナンバープレート 차량번호
    """,
    "username": """
        username usernm userlogin login loginid useraccount screenhandle twitter twitterhandle instagram
        instahandle insta tiktok githubuser githublogin gamertag discord discordtag skype skypeid telegramuser
        loginname screenname handle nickname nick useralias benutzername pseudo
        identifiant nomutilisateur nombreusuario usuario nomeutente usuariologin gebruikersnaam nazwauzytkownika
        loginuzytkownika anvandarnamn brugernavn brukernavn kayttajatunnus kullaniciadi felhasznalonev логин
        никнейм 用户名 昵称 ユーザー名 사용자명
    """,
    "secret": """
        password passwd passwort pwd passphrase secret apikey apitoken accesstoken refreshtoken authtoken
        bearertoken clientsecret secretkey privatekey accesskey credential credentials sessiontoken kennwort
        motdepasse contrasena clave parola senha wachtwoord haslo losenord adgangskode salasana heslo sifre
        jelszo пароль κωδικος 密码 パスワード 비밀번호 pin pincode otp
    """,
    "special:health": """
        bloodgrp blutgruppe groupesanguin gruposanguineo grupposanguigno bloedgroep allergien allergie allergia
        alergia
        alergias intolerance intolerances chronicdisease healthcondition medicalhistory anamnese vaccination
        vaccinated impfstatus hivstatus diagnosecode diagnosiscode diagnosis diagnose diagnoses icd10 icdcode
        medicalcondition condition disease illness medication
        allergies allergy disability bloodtype bloodgroup healthstatus treatment symptom symptoms krankheit
        behinderung schwerbehindert gesundheit maladie handicap sante diagnostico enfermedad discapacidad
        malattia disabilita diagnosi doenca deficiencia ziekte aandoening choroba rozpoznanie sjukdom sykdom
        sairaus diyagnoz hastalik диагноз болезнь 病症 诊断 診断 病名 진단
    """,
    "special:religion": """
        confession relig religionszugehoerigkeit religiousaffiliation religion religiousbelief faith denomination
        konfession konfessionszugehorigkeit religionszugehorigkeit
        religione religiao godsdienst wyznanie religia uskonto nabozenstvi din dini религия вероисповедание 宗教
        종교 الديانة
    """,
    "special:ethnicity": """
        ethnicity ethnic ethnicgroup ethnicorigin race racialorigin ethnie etnia ethnischeherkunft herkunft
        origineethnique raza razza raca etniciteit afkomst etnicznosc etnisk этнос национальность 民族 种族 人種 인종
    """,
    "special:orientation": """
        orientsex sexorient sexorientation sexualpreference sexuelleausrichtung sexualorientation sexuality
        orientationsexuelle sexuelleorientierung orientacionsexual
        orientamentosessuale orientacaosexual geaardheid seksualnaorientacja sexuellorientering ориентация 性取向
        性的指向
    """,
    "special:union": """
        tradeunion unionmember unionmembership laborunion gewerkschaft gewerkschaftsmitglied syndicat
        afiliacionsindical sindicato vakbond zwiazekzawodowy fackforening fagforening sendika профсоюз 工会 労働組合
    """,
    "special:politics": """
        politicalparty politicalopinion politicalaffiliation parteizugehorigkeit politischemeinung
        affiliationpolitique partidopolitico afiliacionpolitica partitopolitico politiekevoorkeur partia 政党 党派
    """,
    "special:offence": """
        criminalrec criminalhistory criminal arrests arrestrecord felony felonies straftat straftaten condamnation
        condena condanna criminalrecord criminaloffence criminaloffense conviction convictions vorstrafen
        fuhrungszeugnis
        casierjudiciaire antecedentespenales casellario antecedentescriminais strafblad niekaralnosc судимость
        犯罪记录
    """,
    "special:child": """
        isminor ischild minorflag underage childname childdob childage childid legalguardian guardianname
        parentalconsent
        guardianconsent minderjahrig istminderjahrig kindname erziehungsberechtigte enfantmineur estmineur
        representantlegal menordeedad menoredad esmenor tutorlegal minorenne minoreeta menordeidade minderjarig
        voogd maloletni nieletni opiekunprawny minderarig vardnadshavare mindrearig alaikainen nezletily resitdegil
        kiskoru minorstatus несовершеннолетний неповнолітній ανηλικος 未成年 未成年人 미성년자 قاصر קטין
    """,
    "special:biometric": """
        biometric biometrics fingerprintdata fingerprinttemplate facetemplate faceembedding facevector faceid irisscan
        irishash retinascan voiceprint handgeometry dnasequence genotype genome genetic genetics geneticmarker
        biometrisch fingerabdruck gesichtsvorlage biometrique empreintedigitale donneesgenetiques biometrico
        huelladactilar datosgeneticos improntadigitale datigenetici impressaodigital biometrisk fingeravtryck
        odciskpalca отпечаткипальцев биометрия 指纹 指紋 지문
    """,
}
"""Label (or `name`: a name of what, it does not say) -> words."""

IDS: Final = _set(
    """
    order orders sku invoice tracking shipment parcel awb serial version ver build batch lot barcode ean isbn
    upc gtin asin part model article artikel item product produkt producto produit prodotto produto sales ticket
    case issue request transaction txn trx receipt voucher coupon ref reference revision rev release uuid guid
    id ids key hash checksum sha md5 etag digest commit index idx seq sequence position amount price cost total
    sum qty quantity count cnt num rate score weight size length width height lat lon lng latitude longitude
    percent ratio balance tax vat net gross epoch ts timestamp time date year month imei iccid imsi siret siren
    duns bestellung bestellnummer rechnung rechnungsnummer artikelnummer auftrag lieferung commande facture
    pedido factura ordine fattura nota zamowienie faktura preis prix precio prezzo preco prijs cena betrag menge
    summe bestelling tilaus lasku siparis fatura
    """
)
"""Words of columns whose numbers look like cards, phones and ids and are none."""

ABOUT: Final = _set(
    """
    count cnt type kind status state flag model brand template subject body verified confirmed valid
    validated enabled sent opened clicked bounced optin optout opt consent subscribed unsubscribed preference
    preferences domain provider carrier plan length hash format is has allow allowed changed updated created at
    on issuer network expiry exp expires brandname score confidence source class category policy reset attempts
    required hint strength usage total version
    """
)
"""Words that make a column one about the kind, not of it: `email_verified`, `phone_model`, `password_changed_at`."""

NOT_PEOPLE: Final = _set(
    """
    product company org organisation organization business vendor supplier brand file folder path host server
    domain table column field event plan project team group department dept role job task campaign app
    application service category city country state region county town place location street store shop
    warehouse branch bank school university course class venue hotel restaurant model variant theme template tag
    label metric param parameter variable key setting feature flag page screen site queue topic package module
    function method schema database db cluster node pod image container bucket index repo repository species
    genus drug medicine item article sku ingredient recipe song album movie title book game currency unit status
    type color colour size firma unternehmen produkt artikel datei stadt land ort strasse entreprise societe
    produit fichier ville pays empresa producto archivo ciudad pais azienda prodotto citta paese produto arquivo
    cidade bedrijf bestand stad firmy produktu miasto kraj
    """
)
"""Words beside `name` that make it the name of a thing."""

MASKS: Final = _set(
    """
    hash hashed hmac masked mask token tokenized tokenised pseudonym pseudonymized anonymized anonymised anon
    redacted encrypted enc sha sha1 sha256 md5 digest obfuscated truncated last4 verschlusselt maskiert
    pseudonymisiert hache masque enmascarado
    """
)
"""Words that say that the values were masked."""
