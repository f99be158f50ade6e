# ruff: noqa: RUF001, E501 - words of other scripts look like Latin ones; alternatives stand in one line
"""Words around names in running text, in fourteen languages: how letters greet and close, how people are called.

Each is a part of a pattern, so that `|` parts them.
"""

from __future__ import annotations

from typing import Final

from rules.privacy._lists.headers import folded


def _any(words: str) -> str:
    """Give a pattern of phrases, one a line or parted by `|`, the longest first, blanks as wide as they are."""
    phrases = [phrase.strip() for line in words.splitlines() for phrase in line.split("|")]
    return "|".join(sorted((phrase.replace(" ", r"\s") for phrase in phrases if phrase), key=len, reverse=True))


GREETINGS: Final = _any(
    """
    dear|hi|hello|hey|good morning|good afternoon|good evening|hi there|thanks|thank you|many thanks
    liebe|lieber|hallo|guten tag|guten morgen|sehr geehrte|sehr geehrter|moin|servus|grüezi|danke
    bonjour|bonsoir|cher|chère|salut|merci|hola|estimado|estimada|querido|querida|buenos días|buenas tardes|gracias
    ciao|gentile|buongiorno|buonasera|caro|cara|egregio|salve|grazie|olá|oi|prezado|prezada|bom dia|boa tarde|obrigado
    beste|geachte|goedendag|goedemorgen|dag|bedankt|cześć|dzień dobry|szanowny|szanowna|witam|witaj|drogi|droga
    hej|kära|käre|god morgon|hei|kjære|kære|hyvä|moi|terve|vážený|vážená|dobrý den|ahoj|milý|milá|merhaba|sayın|selam
    kedves|tisztelt|szia|stimate|stimată|bună ziua|bună|dragă|здравствуйте|уважаемый|уважаемая|привет|дорогой|дорогая
    добрый день|шановний|шановна|добрий день|вітаю|αγαπητέ|αγαπητή|γεια σου|καλημέρα|αξιότιμε
    good day|greetings|hiya|hello there|hey there|howdy|welcome|welcome back|hi again|thx|ty|ok thanks|perfect
    sehr verehrte|sehr verehrter|hallöchen|na|grüß gott|grüß dich|herzlichen dank|chers|chères|coucou|muy señor mío|apreciado
    apreciada|spettabile|carissimo|carissima|caríssimo|caríssima|prezados|olá|hoi|lieve|drodzy|kochany|kochana|hejsan|tjena
    hyvää päivää|huomenta|moikka|rakas|dobrý večer|zdravím|iyi günler|değerli|sevgili|jó napot|kedves|xin chào|kính gửi|chào
    halo|selamat pagi|yth|вітаю|доброго дня|уважаемая госпожа|уважаемый господин
    """
)
CALLED: Final = _any(
    r"""
    my name is|my name's|name is|i am called|they call me|i go by|ich heiße|ich heisse|mein name ist|mein name lautet
    je m'appelle|je m’appelle|mon nom est|il s'appelle|elle s'appelle|me llamo|mi nombre es|se llama|mi chiamo
    il mio nome è|si chiama|meu nome é|me chamo|chamo-me|o meu nome é|ik heet|mijn naam is|nazywam się|mam na imię
    jag heter|mitt namn är|jeg heter|jeg hedder|mit navn er|mitt navn er|nimeni on|jmenuji se|adım|benim adım|ismim
    a nevem|numele meu este|mă numesc|mă cheamă|меня зовут|моё имя|мене звати|моє ім'я|με λένε|ονομάζομαι|το όνομά μου είναι
    my full name is|the name is|name's|i'm called|call me|known as|mein vollständiger name ist|ich nenne mich
    je me nomme|mon prénom est|mi nombre completo es|mi chiamano|meu nome completo é|tôi tên là|tên tôi là|tên là|nama saya
    jestem pani|nazywa się|heter|hän on nimeltään|olen nimeltäni|minun nimeni on|adı|zovem se|moje ime je|volám sa|казвам се
    """
)
WEAKLY_CALLED: Final = _any(
    """
    i am|i'm|i’m|this is|it's|ich bin|hier ist|je suis|ici|soy|sono|sou|eu sou|aqui é|ik ben|jestem|jag är|jeg er|olen
    tady|ben|sunt|я|это|είμαι
    its|it's|it’s|im|here is|speaking is|c'est|c’est|al habla|parla|fala|met|z tej strony|det er|det är|tässä
    """
)
SAID_SMALL: Final = _any(
    """
    it's|it’s|its|i am|i'm|i’m|im|this is|ich bin|hier ist|je suis|soy|sono|sou|ik ben|customer|client|patient|kunde|kundin
    cliente|klant|klient
    """
)
"""What stands before names that are written in small letters too, as chats have them."""
LABELS: Final = _any(
    r"""
    name|full name|first name|last name|surname|customer|customer name|client|client name|patient|patient name|contact
    contact person|caller|from|to|cc|attn|attention|recipient|sender|signed|signed by|author|reporter|reported by|assignee
    assigned to|requester|requested by|approved by|owner|employee|applicant|tenant|guest|passenger|student|beneficiary
    account holder|card holder|cardholder|emergency contact|next of kin|agent|user|driver|witness|prepared by|spouse
    kunde|kundin|kundenname|vorname|nachname|ansprechpartner|ansprechpartnerin|absender|empfänger|patientin|mieter
    unterzeichner|bearbeiter|nom|prénom|nom complet|client|cliente|destinataire|expéditeur|nombre|apellidos|contacto
    remitente|destinatario|paciente|nome|cognome|mittente|paziente|nome completo|remetente|naam|klant|afzender|ontvanger
    patiënt|contactpersoon|imię|nazwisko|imię i nazwisko|klient|nadawca|odbiorca|pacjent|namn|kund|avsändare|mottagare
    navn|kunde|afsender|modtager|nimi|asiakas|lähettäjä|jméno|zákazník|odesílatel|ad|isim|ad soyad|müşteri|alıcı
    név|ügyfél|feladó|címzett|nume|nume complet|expeditor|имя|фио|клиент|получатель|отправитель|пациент|ім'я|піб
    отримувач|όνομα|ονοματεπώνυμο|πελάτης
    present|attendees|attending|participants|apologies|chair|in attendance|minutes by|taken by|invited|absent|cc|bcc|re
    regarding|primary|secondary|backup|lead|on call|driver name|guardian|parent|referring doctor|physician|doctor|gp|surgeon|nurse
    claimant|defendant|plaintiff|respondent|petitioner|borrower|lender|buyer|seller|landlord|lessee|lessor|insured|policyholder
    references|reference|member|subscriber|candidate|resume of|curriculum vitae|cv|teilnehmer|teilnehmende|anwesend|anwesende
    entschuldigt|protokoll|verteiler|an|von|kopie|name des kunden|familienname|geburtsname|versicherte|versicherter|arzt|ärztin
    kläger|klägerin|beklagter|beklagte|vermieter|käufer|verkäufer|présents|présent|excusés|participants|nom de famille|médecin
    demandeur|défendeur|locataire|bailleur|asistentes|presentes|ausentes|nombre completo|apellido|titular|médico|demandante
    presenti|assenti|partecipanti|nominativo|intestatario|medico|presentes|titular|paciente|utente|aanwezig|afwezig|patiënte
    verzekerde|huurder|obecni|nieobecni|uczestnicy|pacjentka|lekarz|najemca|närvarande|deltagare|patient|läkare|til stede
    deltagere|pasient|läsnä|potilas|osallistujat|lääkäri|přítomni|pacient|pacientka|lékař|katılanlar|hasta|hasta adı|doktor
    jelen|beteg|prezenți|pacient|присутствовали|присутні|пациентка|врач|истец|ответчик|фамилия|пацієнт|ασθενής|họ tên|họ và tên
    khách hàng|nama|pelanggan|ime|ime i prezime|meno|priezvisko|имя и фамилия|клиентка
    """
)
CLOSINGS: Final = _any(
    r"""
    regards|kind regards|best regards|warm regards|best wishes|sincerely|yours sincerely|sincerely yours|yours truly
    yours faithfully|respectfully|cheers|best|all the best|thanks|thank you|many thanks|thanks a lot|thanks in advance
    signed|viele grüße|liebe grüße|beste grüße|mit freundlichen grüßen|mit freundlichen grüssen|freundliche grüße
    schöne grüße|mit besten grüßen|gruß|grüße|lg|vg|mfg|hochachtungsvoll|vielen dank|danke|cordialement
    bien cordialement|bien à vous|cdlt|salutations|sincères salutations|salutations distinguées|amicalement|merci
    merci d'avance|saludos|un saludo|saludos cordiales|atentamente|cordialmente|gracias|muchas gracias|un abrazo
    cordiali saluti|distinti saluti|saluti|un saluto|grazie|grazie mille|atenciosamente|cumprimentos|com os melhores cumprimentos
    obrigado|obrigada|um abraço|abraços|groeten|groet|met vriendelijke groet|met vriendelijke groeten|hartelijke groeten
    bedankt|alvast bedankt|pozdrawiam|z poważaniem|serdecznie pozdrawiam|dziękuję|z wyrazami szacunku|hälsningar
    vänliga hälsningar|med vänliga hälsningar|mvh|tack|hilsen|vennlig hilsen|med vennlig hilsen|venlig hilsen
    med venlig hilsen|takk|tak|terveisin|ystävällisin terveisin|terveiset|kiitos|s pozdravem|děkuji|hezký den
    saygılarımla|iyi çalışmalar|teşekkürler|üdvözlettel|köszönöm|cu stimă|mulțumesc|с уважением|спасибо|з повагою|дякую
    με εκτίμηση|ευχαριστώ
    rgds|brgds|br|kr|warmly|yours|take care|many thanks in advance|ty|thx|love|best of luck|very truly yours
    warmest regards|with kind regards|with best regards|mit kollegialen grüßen|mit herzlichen grüßen|herzliche grüße|herzlichst
    herzlich|alles liebe|bis bald|dein|deine|ihr|ihre|ganz liebe grüße|i. a.|i. v.|im auftrag|bien sincèrement|bien amicalement
    respectueusement|bises|bisous|à bientôt|veuillez agréer mes salutations|un cordial saludo|muy atentamente|reciba un saludo
    abrazos|besos|un caro saluto|cari saluti|in fede|a presto|att|atte|atentamente|com estima|beijos|hoogachtend|liefs|groetjes
    mvg|tot ziens|pozdrowienia|z wyrazami szacunku|łączę pozdrowienia|bästa hälsningar|kramar|de bästa hälsningar|kh|vh|mvh
    med vänlig hälsning|hilsen|de bedste hilsner|kærlig hilsen|yt|ystävällisesti|parhain terveisin|t|s úctou|se srdečným pozdravem
    sevgiler|saygılar|iyi günler|tisztelettel|cu respect|всего доброго|з повагою|trân trọng|hormat saya|salam
    """
)
BRIEF_CLOSINGS: Final = _any(
    "lg|vg|mfg|gruß|grüße|t|br|kr|rgds|mvh|mvg|vh|kh|cdlt|cheers|thx|thanks|regards|hilsen|hälsningar|ty|xx"
)
"""Closings behind which the name stands in the same line."""
SPOKEN: Final = _any(
    r"""
    spoke to|spoke with|speak to|speak with|speaking with|talked to|talked with|talk to|met with|meeting with|call from
    email from|message from|letter from|request from|complaint from|chat with|interview with|escalated to|assigned to
    forwarded to|handed over to|on behalf of|signed by|approved by|written by|reported by|requested by|reviewed by
    prepared by|contacted by|ask for|asked for|please contact|please call|get back to|care of|c/o|colleague|my wife
    my husband|my son|my daughter|my brother|my sister|my mother|my father|my boss|my doctor|our agent|your agent
    your colleague|our customer|the customer|the patient|the tenant|the employee|the caller|the applicant|customer
    patient|employee|married to|diagnosed|gesprochen mit|telefonat mit|gespräch mit|im auftrag von|meine frau|mein mann
    mein sohn|meine tochter|der kunde|die kundin|kunde|kundin|unser kollege|unsere kollegin|ihr kollege|ihre kollegin
    der patient|die patientin|parlé à|parlé avec|entretien avec|ma femme|mon mari|mon fils|ma fille|le client|la cliente
    au nom de|votre collègue|hablé con|hablado con|reunión con|mi esposa|mi marido|mi hijo|mi hija|el cliente|la clienta
    en nombre de|su colega|parlato con|mia moglie|mio marito|il cliente|la cliente|il collega|per conto di|falei com
    minha esposa|meu marido|o cliente|a cliente|em nome de|gesproken met|mijn vrouw|mijn man|de klant|namens|uw collega
    rozmawiałem z|rozmawiałam z|moja żona|mój mąż|klient|klientka|w imieniu|talade med|min fru|min man|kunden|snakket med
    min kone|talte med|puhuin|mluvil jsem s|mluvila jsem s|manželka|manžel|zákazník|görüştüm|eşim|с моим коллегой|клиент
    his wife|her husband|his son|her son|his daughter|her daughter|his mother|her mother|his father|her father|his partner
    her partner|my partner|his brother|her sister|their son|their daughter|the member|the user|the client|the tenant|the claimant
    the defendant|the driver|the guest|the passenger|the student|the candidate|the borrower|the insured|represents|representing
    complaint by|told by|sent by|paid by|reviewed with|agreed with|discussed with|confirmed with|cc'd|assign to|reassigned to
    borrower|attorney
    seine frau|ihr mann|sein sohn|ihr sohn|seine tochter|ihre tochter|seine mutter|ihre mutter|lebensgefährtin|lebensgefährte
    der mieter|die mieterin|der kläger|die klägerin|herr kollege|frau kollegin|patient|patientin|mitarbeiter|mitarbeiterin
    sa femme|son mari|son fils|sa fille|sa mère|son père|mon collègue|ma collègue|le patient|la patiente|appel de|au nom de
    su esposa|su marido|su hijo|su hija|su madre|su padre|mi hijo|mi hija|mi madre|mi padre|mi hermano|mi hermana|el paciente
    la paciente|sua moglie|suo marito|suo figlio|sua figlia|mio figlio|mia figlia|mia madre|mio padre|il paziente|la paziente
    sua esposa|seu marido|seu filho|sua filha|meu filho|minha filha|minha mãe|meu pai|a minha mãe|o paciente|a paciente
    zijn vrouw|haar man|zijn zoon|haar dochter|mijn zoon|mijn dochter|mijn moeder|de patiënt|jej mężem|jego żona|jej mąż|mój syn
    moja córka|pacjent|pacjentka|klientka|hans fru|hennes man|sonen|dottern|hans kone|hendes mand|asiakas|potilas|vaimoni
    mieheni|můj syn|moje dcera|pacient|pacientka|oğlum|kızım|annem|babam|müşteri|müşterimiz|моя жена|мой муж|мой сын
    моя дочь|пациент|пациентка|клиентка|доктору|врачу|мій чоловік|моя дружина|клієнт
    """
)
WEAKLY_SPOKEN: Final = _any(
    """
    ask|contact|ping|call|email|tell|remind|action|todo|driver|tenant|guest|member|nurse|officer|judge|agent|user|owner
    assignee|reviewer|thanks to|owed to|paid to|invite|introduce|meet|frage|frag|ruf
    """
)
"""What is said of people and of anything else: only a name that lists know counts behind it."""
TITLED: Final = _any(
    r"""
    Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Lady|Mister|Madam|Herr|Herrn|Frau|Hr|M\.|Mme|Mlle|Monsieur|Madame|Mademoiselle
    Sr|Sra|Srta|Señor|Señora|Don|Doña|Sig|Sig\.ra|Signor|Signora|Dott|Dott\.ssa|Senhor|Senhora|Dhr|Dhr\.|Mevr|Mevrouw
    De heer|Meneer|Pan|Pani|Pana|Panem|Panią|Herra|Rouva|Paní|Pán|Bay|Bayan|Sayın|Úr|Domnul|Doamna|Dl|Dna
    Г-н|Г-жа|г-н|г-жа|Господин|Госпожа|господин|госпожа|пан|пані|Пан|Пані|κ\.|Κύριος|Κυρία|κύριο|κυρία
    Mrs\.|Ms\.|Mr\.|Dr\.|Rev|Fr|Capt|Sgt|Lt|Col|Maj|Hon|Judge|Officer|Doctor|Nurse|Panie|Panu|Pani|Państwo|Panna|Ing|Mgr|Bc
    Dña|D\.ª|D\.|Lic|Ing\.|Avv|Geom|Rag|Eng|Engª|Drª|Dra|Profa|Dhr\. en Mevr|Fru|Fröken|Frøken|Frk|Neiti|Slečna|Slečno|Pane
    Bayan|Dr\. Öğr|Doç|Op\. Dr|Доктор|доктор|доктору|доктора|Профессор|профессор|тов|Д-р|д-р|Пане|κα|κ|Δρ|Ông|Bà|Anh|Chị|Bapak|Ibu
    Gospodin|Gospođa|Pán|Dl\.|Dna\.|Kollege|Kollegin
    """
)
LOW_TITLES: Final = _any(
    """
    signora|signor|signore|señor|señora|senhor|senhora|monsieur|madame|doctor|doctora|dottor|dottoressa|professor
    meneer|mevrouw|de heer|heer|pan|pani|paní|pán|herr|herrn|frau|fru|herra|rouva|bayan|domnul|doamna
    """
)
"""Titles as they are written within a sentence."""
DOES: Final = _any(
    r"""
    told|called|said|says|asked|wrote|writes|complained|complains|lives|works|reported|reports|signed|confirmed|requested
    replied|claims|claimed|mentioned|joined|is married|was born|suffers|phoned|emailed|has called|hat angerufen|rief an
    schrieb|schreibt|sagte|sagt|fragte|wohnt|arbeitet|beschwert|meldet|bittet|angerufen|a appelé|appelle|a écrit|a dit
    habite|travaille|demande|se plaint|souhaite|llamó|dijo|escribió|vive|trabaja|pidió|pregunta|solicita|ha chiamato|ha detto
    ha scritto|abita|lavora|chiede|belde|belt|zei|schreef|woont|werkt|vroeg|vraagt|ringde|ringer|sade|skrev|bor|arbetar
    ligou|disse|escreveu|mora|trabalha|pediu|volal|volala|řekl|řekla|napsal|napsala|bydlí|pracuje|pytał|pytała|dzwonił
    dzwoniła|napisał|napisała|mieszka|prosi|sa|soittaa|soitti|asuu|позвонил|позвонила|сказал|сказала|написал|живёт|живет
    """
)
"""What people do, right after their name."""
WEAK_TITLES: Final = frozenset(
    [
        "pan",
        "bay",
        "don",
        "sir",
        "lady",
        "dag",
        "madam",
        "sayın",
        "пан",
        "miss",
        "úr",
        "de",
        "herr",
        "doctor",
        "professor",
        "madame",
        "judge",
        "officer",
        "nurse",
        "pane",
        "fr",
        "rev",
        "anh",
        "chị",
        "ing",
        "eng",
        "lic",
        "hon",
        "col",
        "maj",
    ]
)
"""Titles that are other words as well: what follows must be like a name."""

NO_NAMES: Final = folded(
    """
    sir madam team all everyone everybody customer customers support service client colleague colleagues friend friends
    folks there both again hiring manager managers guest guests user users sales help desk helpdesk admin administrator
    office department colega colegas damen herren kunde kunden kundin kundenservice kundendienst zusammen team kollegen
    madame monsieur messieurs mesdames client cliente clientes equipe equipo senores senor senora soporte servicio
    signori signore signora assistenza senhores klant klanten heer mevrouw dames panstwo pan pani panie asiakas kund
    you your yours we i it he she they this that these those the a an and or but if so in on at to for from with please
    thanks thank regards best kind yes no not my our his her their what when where why how who which is are was were
    have has had do does did can could will would should may might must just also however therefore after before
    today tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday january february march april
    june july august september october november december montag dienstag mittwoch donnerstag freitag samstag sonntag
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo
    ich sie er es wir ihr der die das den dem des ein eine und oder aber wenn bitte danke mein meine ihre seine
    je tu il elle nous vous le la les un une et ou mais si merci mon ma votre notre yo usted ustedes el los las una y o
    pero gracias mi su io lei noi voi lo gli e ma grazie eu ele ela um uma o os as ik jij hij zij wij het een en maar
    bank amazon google microsoft apple paypal visa mastercard facebook twitter linkedin github gitlab slack zoom
    windows linux android iphone ipad mac chrome firefox excel word outlook teams sharepoint salesforce zendesk jira
    order invoice ticket account number address email phone mobile name date birth customer contact subject
    bestellung rechnung konto adresse kommen commande facture pedido factura ordine fattura conta
    german english french spanish italian dutch polish swedish european american british germany france spain italy
    europe deutsch deutschland london berlin madrid rome
    none true false null nil self undefined unknown thai hindi arabic japanese chinese korean russian turkish greek latin
    urgent important confidential note hinweis attention achtung re fw fwd aw wg cc bcc pdf faq api url html
    """
)
"""Words that are written with a capital where names stand, and are none."""

PLACES: Final = folded(
    """
    austin jordan sofia victoria charlotte georgia paris florence chelsea madison jackson lincoln sydney adelaide
    alexandria santiago virginia carolina india china asia brooklyn dallas houston phoenix savannah dakota montana
    israel chad april may june august summer autumn rose grace hope faith joy mark will bill art frank grant chase rich
    sue pat dean king prince duke earl major lance miles max sky star pearl ruby amber jade crystal ivy lily daisy iris
    olive hazel holly heather jasmine angel christian guy gene melody dolly penny rocky chip cliff clay glen forest ford
    mercedes carmen alexa siri java ada an van ali bo do ha in so son san sun wang jan mai long linh dung tan thu my lan
    bay tim rob rod ray roman florian constant valencia vienna milan lorraine ottawa regina kent devon warren norman
    harper hunter carter taylor mason tyler parker logan morgan riley peyton avery blake drew ashley sage reed
    """
)
"""Given names that are places, months, things or other words too: alone they say nothing."""
