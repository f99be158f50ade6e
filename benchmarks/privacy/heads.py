# ruff: noqa: E501, RUF001 - a line a kind, and other alphabets than the Latin
"""Headers of the fourth set by kind, of both halves, in some twenty languages, short and long, and what misleads."""

from __future__ import annotations

from typing import Final

HEADS: Final[dict[str, tuple[str, str]]] = {
    "person": (
        "cust_nm|FullName|Mitarbeiter|nom_complet|imie_i_nazwisko|ad_soyad|担当者名|contactName|emp_nm|asiakkaan_nimi|ονοματεπώνυμο|nama_pelanggan|nome_completo|піб|اسم_العميل|PatientName|account_manager|Kundenname|cardholder",
        "clientName|CUSTOMER_FULL_NM|nombre_completo|ragione_cliente_nome|volledige_naam|fullständigt_namn|jmeno_a_prijmeni|nume_client|фио|客户姓名|고객명|ho_ten|ชื่อลูกค้า|שם_מלא|име_на_клиента|teljes_nev|navn|prsn_nm|beneficiary_name",
    ),
    "last": (
        "last_nm|Nachname|nom_de_famille|nazwisko|soyadı|姓|sukunimi|επώνυμο|sobrenome|прізвище|LastName|zuname",
        "surname|apellidos|cognome|achternaam|efternamn|příjmení|nume_familie|фамилия|姓氏|성|họ|vezeteknev|efternavn|familyName",
    ),
    "first": (
        "first_nm|Vorname|prénom|imię|adı|名|etunimi|όνομα|primeiro_nome|імя|givenName|Rufname",
        "forename|nombre_de_pila|nome_proprio|voornaam|förnamn|křestní_jméno|prenume|имя|名字|이름|tên|keresztnev|fornavn|FirstNm",
    ),
    "email": (
        "EmailAddr|e_mail_privat|courriel|adres_email|eposta|メールアドレス|sähköposti|ηλ_ταχυδρομείο|surel|correio_eletronico|ел_пошта|contact_mail",
        "emailAddress1|correo_electronico|posta_elettronica|mailadres|e_post|mejl|电子邮箱|이메일|thư_điện_tử|אימייל|имейл|user_mail|EML_ADDR",
    ),
    "phone": (
        "tel_priv|Handynummer|téléphone|nr_telefonu|cep_tel|電話番号|puhelin|τηλέφωνο|no_hp|celular|моб_телефон|هاتف|cellPhone|PHONE1|Rufnummer|msisdn",
        "mobileNo|telefono_fijo|cellulare|telefoonnummer|mobilnr|mobil|tlf|telefon_mobil|номер_телефона|手机号|휴대폰|số_điện_thoại|เบอร์โทร|טלפון|GSM|contact_number|phn_hm",
    ),
    "address": (
        "mailing_addr|Anschrift|adresse_postale|adres_zamieszkania|ikamet_adresi|住所|katuosoite|διεύθυνση|alamat|endereço|адреса|العنوان|homeAddress|STREET_1|Strasse_Hnr|ship_to_addr",
        "billing_address|domicilio|indirizzo|woonadres|gatuadress|bydliste|adresa|адрес_проживания|地址|주소|địa_chỉ|ที่อยู่|כתובת|lakcim|adr_line1|residence",
    ),
    "birth_date": (
        "gebdat|date_naissance|data_urodzenia|dogum_tarihi|生年月日|syntymäaika|ημ_γέννησης|tgl_lahir|dt_nascimento|дата_народження|birthDate|DOB_DT|Geburtstag",
        "fecha_nacimiento|data_di_nascita|geboortedatum|födelsedatum|datum_narozeni|data_nasterii|дата_рождения|出生日期|생년월일|ngày_sinh|วันเกิด|תאריך_לידה|szul_datum|foedselsdato|d_o_b|dateOfBirth",
    ),
    "national_id": (
        "SteuerID|nir|numero_secu|nr_pesel|tc_kimlik_no|aadhaar_no|cpf|henkilötunnus|αφμ|no_ktp|іпн|ssn_no|マイナンバー|taxpayerId|sozialversnr|rijksregisternr|oib",
        "nin|nif_nie|codice_fiscale|bsn|personnummer|rodne_cislo|cnp|身份证号|주민등록번호|curp|เลขบัตรประชาชน|תעודת_זהות|егн|cccd|TIN|cpr_nr|fodselsnr|id_number|nationalId|személyi_szám",
    ),
    "health_id": (
        "health_card_no|num_assure|medicare_id|KVNR_alt|insured_member_id", "nhs_number|Krankenversichertennummer|medicare_card|patient_mrn|zorgpolisnummer",
    ),
    "iban": ("iban_nr|Kontoverbindung|compte_iban|payoutIban|refund_acct_iban", "IBAN|rekening_iban|conto_iban|debitorIban|cuenta_iban"),
    "bank_account": (
        "acct_no|Kontonummer|numer_konta|口座番号|bank_acct|tilinumero", "account_number|bankgiro|cislo_uctu|cuenta_bancaria|bankAccountNo|rekeningnummer",
    ),
    "card": ("card_no|Kreditkartennummer|numero_carte|ccnum|kart_no|カード番号", "cardNumber|tarjeta_credito|creditcard|kortnummer|номер_карты|cc_pan"),
    "cvv": ("cvv2|card_cvc|Pruefziffer_Karte_CVC|cvc_code", "CVV|cvc2|cardVerificationValue|csc"),
    "ip": ("client_ip|RemoteAddr|ip_adresse|src_ip|adresse_ip", "ipAddress|login_ip|dirección_ip|x_forwarded_for|IP地址"),
    "mac_address": ("mac|device_mac|MAC_Adresse|wifi_mac", "mac_addr|macAddress|bt_mac|hwaddr"),
    "device_id": ("imei|idfa|device_uid|GeraeteID|handset_imei", "IMEI_1|advertising_id|gaid|deviceId|meid_imei"),
    "location": ("home_lat_lon|gps_position|Standort|user_geo|location_wkt", "customer_coordinates|geo_punto|last_known_position|latlng|home_point"),
    "username": ("login|user_handle|Benutzername|nom_utilisateur|twitter_handle", "userName|nick|gebruikersnaam|usuario|логин|screen_name"),
    "passport": ("passport_no|Reisepassnummer|num_passeport|nr_paszportu|パスポート番号", "passportNumber|num_pasaporte|passaporto|paspoortnr|номер_паспорта|护照号"),
    "driving_licence": ("driver_license|Fuehrerscheinnummer|permis_conduire|dl_no|ajokortti", "drivingLicenceNo|carnet_conducir|patente_guida|rijbewijs|körkort|licence_num_driver"),
    "licence_plate": ("plate|Kennzeichen|immatriculation|nr_rej|plaka|license_plate", "number_plate|matricula|targa|kenteken|regnr|spz|госномер|车牌"),
    "vehicle_id": ("vin|Fahrgestellnummer|numero_chassis|VIN_NO", "vehicleVin|bastidor|telaio|chassis_no"),
    "secret": ("api_key|password_hash|Passwort|mot_de_passe|accessToken|client_secret", "apiToken|contraseña|pwd|wachtwoord|auth_token|private_key|secret_val"),
    "crypto_wallet": ("btc_address|wallet|eth_wallet|payout_wallet", "walletAddress|crypto_addr|monedero|bitcoin_adresse"),
    "special:health": ("diagnosis|Diagnose|pathologie|rozpoznanie|tanı|病名|allergien", "diagnóstico|medical_condition|aandoening|diagnoza|диагноз|诊断|disability"),
    "special:religion": ("religion|Konfession|wyznanie|din|宗教|uskonto", "religión|faith|geloof|náboženství|вероисповедание|denomination"),
    "special:ethnicity": ("ethnicity|ethnische_Herkunft|origine_ethnique|pochodzenie_etniczne|raça", "ethnic_group|etnia|etnische_afkomst|национальность_этнос|민족|race_ethnicity"),
    "special:orientation": ("sexual_orientation|sexuelle_Orientierung|orientation_sexuelle|cinsel_yönelim", "orientación_sexual|seksuele_geaardheid|sexuell_läggning|orientamento_sessuale"),
    "special:union": ("union_member|Gewerkschaft|syndicat|związek_zawodowy|sendika_üyeliği", "afiliación_sindical|vakbond|fackförbund|trade_union|odbory|профсоюз"),
    "special:offence": ("criminal_record|Vorstrafen|casier_judiciaire|karalność|sabıka", "convictions|antecedentes_penales|strafblad|precedenti_penali|судимость|rap_sheet_offense"),
    "special:child": ("is_minor|Kind_ja_nein|enfant_mineur|child_flag|nieletni", "minor_flag|menor_de_edad|minderjarig|minore|under_16|несовершеннолетний"),
    "special:politics": ("party_membership|Parteibuch|opinion_politique|poglądy_polityczne", "political_opinion|afiliación_política|politieke_voorkeur|партийность"),
    "quasi:postcode": ("zip|PLZ|code_postal|kod_pocztowy|posta_kodu", "postcode|codigo_postal|cap|postnr|psč|индекс"),
    "quasi:sex": ("gender|Geschlecht|sexe|płeć|cinsiyet", "sex|sexo|geslacht|kön|pohlaví|пол"),
    "quasi:occupation": ("job_title|Beruf|profession|zawód|meslek", "occupation|profesión|beroep|yrke|povolání|профессия"),
    "quasi:nationality": ("nationality|Staatsangehörigkeit|nationalité|obywatelstwo", "nacionalidad|cittadinanza|nationaliteit|гражданство"),
    "quasi:family_status": ("marital_status|Familienstand|état_civil|stan_cywilny", "estado_civil|burgerlijke_staat|civilstånd|семейное_положение"),
}  # fmt: skip
"""Kind -> headers of the half that may be looked at, and of the other."""

OPAQUE: Final = (
    "c1|x7|fld_03|val|column12|attr4|zz9|t_2|data1|udf_text_5|q|Z001|kolumne3",
    "a9|f_11|col|field_7|value_b|v3|n4|k|custom_08|zusatz2|w2|var17|s_5",
)
MISLEADING: Final = (
    "reference|comment|item|code|remark|subject|group",
    "description|order_ref|status_text|label|info|topic|category",
)
"""Headers that say something else than a person's data, above such data."""

VALUES: Final[dict[str, tuple[str, str]]] = {
    "special:health": (
        "Type 2 diabetes|Asthma|Hypertension|Migraine|Depressive episode|Hay fever|COPD|HIV positive|Epilepsy|Coeliac disease",
        "E11.9|J45.0|I10|F32.1|G43.9|M54.5|K21.0|C50.9|B20|N18.3",
    ),
    "special:religion": ("Catholic|Protestant|Muslim|Jewish|Buddhist|none|Hindu|Orthodox", "católico|musulmán|judío|ateo|evangélico|budista|ninguna"),
    "special:ethnicity": ("White British|Black African|South Asian|Roma|Hispanic|Mixed|East Asian", "Caucasian|African American|Latino|Asian|Native American|Pacific Islander"),
    "special:orientation": ("heterosexual|homosexual|bisexual|gay|lesbian|prefer not to say", "straight|gay|lesbian|bisexual|pansexual|asexual|queer"),
    "special:union": ("IG Metall|ver.di|none|IG BCE|GEW|NGG", "UGT|CCOO|CSIF|ninguno|USO"),
    "special:offence": ("theft|none|assault|fraud|drunk driving|burglary", "none|robo|hurto|fraude|agresión|tráfico de drogas"),
    "special:child": ("Y|N|N|N|N", "true|false|false|false"),
    "special:politics": ("SPD|CDU|Grüne|FDP|Linke|parteilos", "PSOE|PP|Vox|Sumar|ninguno|ERC"),
    "quasi:sex": ("F|M|X", "mujer|hombre|otro"),
    "quasi:occupation": ("nurse|electrician|teacher|driver|accountant|welder|clerk", "enfermera|profesor|fontanero|camarero|abogada|jubilado"),
    "quasi:nationality": ("German|French|Turkish|Polish|Italian|Syrian", "español|marroquí|rumano|italiano|colombiano"),
    "quasi:family_status": ("single|married|divorced|widowed", "soltero|casada|divorciado|viuda"),
}  # fmt: skip
