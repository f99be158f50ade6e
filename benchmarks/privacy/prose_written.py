# ruff: noqa: E501, RUF001 - a text stands as it was written; words of other scripts look like Latin ones
"""Texts written by hand, in eighteen languages, as people and machines write them: `[[kind:value]]` marks each place.

Written before the detector's lists were read for them, in pairs: of each pair the first is looked at when rules are
mended (`DEVELOPED`), the second is only ever scored (`HELD`). Names are made up; numbers pass their check digits.
"""

from __future__ import annotations

import re
from typing import Final

from benchmarks.privacy.prose_written_clean import CLEAN

_PLACE: Final = re.compile(r"\[\[([a-z_]+):([^\]]+)\]\]")
Written = tuple[str, str, tuple[tuple[int, int, str], ...]]
"""Language and genre, text, places."""


def _read(genre: str, marked: str) -> Written:
    """Take the marks out of a text, and remember where they stood."""
    words, places, end = "", [], 0
    for match in _PLACE.finditer(marked):
        words += marked[end : match.start()]
        places.append((len(words), len(words) + len(match[2]), match[1]))
        words += match[2]
        end = match.end()
    return genre, words + marked[end:], tuple(places)


TEXTS: Final = (
    ("en ticket", """Hi support,

I ordered a kettle three weeks ago (order 88213409) and it still says "label created". Could somebody please check? You can reach me at [[phone:+44 7700 900482]] after 5pm or just email [[email:jo.fairweather@brightmail.co.uk]].

cheers
[[person:Jo Fairweather]]"""),
    ("en ticket", """Customer rang in at 09:14, very upset. Name is [[person:Delroy Banfield]], account 00391827. Says the engineer never turned up at [[address:17 Quarry Lane, Sheffield S11 9DF]]. Wants a call back on [[phone:0114 496 0733]] before Friday, otherwise he'll go to the ombudsman. I promised [[person:Delroy]] someone from field ops would ring."""),
    ("en chat", """[14:02] sparky_77: yo anyone there
[14:02] agent: hello! how can I help?
[14:03] sparky_77: cant login lol. my email is [[email:sparky77x@gmail.com]]
[14:04] agent: thanks, and your full name please?
[14:04] sparky_77: [[person:tyrone mcallister]]
[14:05] agent: perfect, date of birth?
[14:05] sparky_77: born [[birth_date:12/09/1994]] y
[14:06] sparky_77: ohh and ring me on [[phone:07700 900 221]] if it drops"""),
    ("en chat", """<mel_b> hey is this the refund ppl
<bot> Hi! Please tell me your name.
<mel_b> its [[person:melissa brandt]]
<bot> Thanks melissa, which card did you pay with?
<mel_b> [[card:4539 1488 0343 6467]] i thikn
<bot> Please do not share card numbers here!
<mel_b> oops sory. anyway my adress is [[address:88 willow street, portland, OR 97205]] not the old one"""),
    ("en letter", """Dr. [[person:Hannah Osei]], MD
Cardiology

RE: [[person:Walter Prendergast]], DOB [[birth_date:03 Feb 1951]], NHS no. [[health_id:943 476 5919]]

Dear Dr [[person:Lindqvist]],

Thank you for referring this pleasant retired teacher, whom I saw today with his wife [[person:Margaret]]. He describes two episodes of palpitations lasting several minutes. Blood pressure 142/88, pulse 72 regular. ECG showed sinus rhythm. I have arranged a 7-day monitor and will see him again in six weeks.

Yours sincerely,

[[person:Hannah Osei]]"""),
    ("en letter", """Discharge summary

Patient: [[person:Abiola Funke Adeyemi]]
Date of birth: [[birth_date:1987-11-04]]
MRN: [[health_id:00482913]]
Address: [[address:4 Harbour View, Bristol BS1 5TY]]

The patient was admitted via A&E with acute abdominal pain. CT showed uncomplicated appendicitis. Laparoscopic appendicectomy was performed by Mr [[person:Ravindran]] without complication. Mrs [[person:Adeyemi]] was discharged on day two with oral antibiotics."""),
    ("en cv", """CURRICULUM VITAE

[[person:Priyanka Raghunathan]]
[[address:221 Elm Street, Apt 4B, Cambridge, MA 02139]]
[[phone:(617) 555-0148]] | [[email:p.raghunathan@fastpost.net]]

Experience
2019-2024  Senior data engineer, Northwind Analytics, Boston
2015-2019  Software engineer, Contoso Ltd
Skills: Python, SQL, Spark, Kubernetes"""),
    ("en cv", """Resume of [[person:Marcus T. Oyelaran]]
Born: [[birth_date:July 9, 1990]]
Mobile: [[phone:+1 415 555 0132]]   Mail: [[email:marcus.oyelaran@proton.me]]

Summary: product manager with eight years in logistics software. Led a team of twelve at Fabrikam. Scrum master. Languages: English, Yoruba, French.
References: [[person:Louise Tanaka]], [[phone:+1 212 555 0199]]"""),
    ("en minutes", """Minutes, weekly sync, 3 March
Present: [[person:Carla Nguyen]], [[person:Ben Ashworth]], [[person:Svetlana Orlova]]
Apologies: [[person:Tom Whitlock]]

1. Release 4.2 slipped by a week. [[person:Ben]] will tell the customer.
2. Hiring: two candidates for the platform role. [[person:Carla]] to schedule interviews.
3. AOB: none."""),
    ("en minutes", """Notes from the steering committee

Attendees - [[person:Oluwaseun Bello]] (chair), [[person:Ingrid Halvorsen]], [[person:Raj Patel]]

- Budget: [[person:Ingrid Halvorsen]] presented Q3 numbers, 4% over.
- Risks: vendor may not deliver by June. Action: [[person:Raj Patel]] to escalate.
- Next meeting 14 October in room 2.31"""),
    ("en legal", """WITNESS STATEMENT

I, [[person:Eleanor Grace Whitmore]], of [[address:9 Abbey Road, Lincoln LN2 1QE]], will say as follows:

1. I am the claimant in these proceedings. On 4 May 2023 I was driving my car, registration [[licence_plate:KX19 RTP]], along the High Street when the defendant's van struck the rear of my vehicle.
2. The driver gave his name as [[person:Darren Poole]] and his telephone number as [[phone:07911 123456]]."""),
    ("en legal", """Dear Mr. [[person:Kowalczyk]]:

This firm represents [[person:Beatrice Lindemann]] in connection with her tenancy at [[address:1420 Sycamore Ave, Unit 7, Austin, TX 78704]]. Our client's security deposit of $1,850 was never returned. Please remit payment within ten days to the trust account, IBAN [[iban:GB29 NWBK 6016 1331 9268 19]].

Very truly yours,
[[person:Jonathan R. Pell]], Esq."""),
    ("log", """2025-03-02T10:14:55Z INFO  auth login ok user=[[email:k.amundsen@nordlys.no]] ip=[[ip:81.166.204.17]] ua="Mozilla/5.0 (X11; Linux x86_64)"
2025-03-02T10:15:01Z WARN  auth failed password for [[email:root.admin@nordlys.no]] from [[ip:45.155.205.233]] port 51544 ssh2
2025-03-02T10:15:07Z INFO  cache hit ratio=0.93 keys=18234 version=2.14.0.3"""),
    ("log", """[[ip:203.0.113.58]] - - [10/Oct/2025:13:55:36 +0200] "GET /account?email=[[email:lucia.moretti@posta.it]] HTTP/1.1" 200 2326
[[ip:2001:db8:85a3::8a2e:370:7334]] - - [10/Oct/2025:13:55:39 +0200] "POST /api/v2/orders HTTP/1.1" 500 119 "https://shop.example/checkout"
sendmail[2211]: to=<[[email:d.okonkwo@relay.example.org]]>, delay=00:00:02, stat=Sent"""),
    ("trace", """{"trace_id": "7f3c9a1e55", "span": "llm.generate", "input": {"messages": [{"role": "system", "content": "You are a helpful assistant."}, {"role": "user", "content": "My name is [[person:Agnieszka Wrona]] and my IBAN is [[iban:PL61109010140000071219812874]], why was the transfer rejected?"}]}, "output": "I am sorry to hear that, Ms [[person:Wrona]].", "latency_ms": 812}"""),
    ("trace", """{"name":"retrieve","attributes":{"gen_ai.prompt":"Summarise the complaint by [[person:Hugo Castellanos]] ([[email:hugo.c@correo.mx]])","db.statement":"select * from tickets where id = 5512","net.peer.ip":"[[ip:189.203.44.12]]"},"status":"OK"}"""),
    ("markdown", """## Contacts

| Role | Name | Phone | Mail |
|---|---|---|---|
| Lead | [[person:Nadia El-Amin]] | [[phone:+49 30 901820]] | [[email:nadia@elamin.dev]] |
| Backup | [[person:Pieter Vos]] | [[phone:+31 20 794 6001]] | [[email:p.vos@werk.nl]] |"""),
    ("markdown", """### On-call

- primary: **[[person:Yuki Hamasaki]]** ([[phone:+81 90-1234-5678]])
- secondary: **[[person:Claire Dubois]]** <[[email:claire.dubois@astreinte.fr]]>
- escalation: see [runbook](https://wiki.example/runbook#sev1)"""),
    ("html mail", """<html><body><p>Hallo Herr [[person:Steinbrecher]],</p><p>anbei wie besprochen die Unterlagen. Meine neue Nummer lautet <b>[[phone:0170 5551234]]</b>.</p><p>Viele Gr&uuml;&szlig;e<br>[[person:Katja Lohmann]]</p><blockquote>Am 03.04.2025 schrieb [[person:Uwe Steinbrecher]] &lt;[[email:u.steinbrecher@werft-nord.de]]&gt;:<br>&gt; Liebe Frau [[person:Lohmann]], wann kommen die Unterlagen?</blockquote></body></html>"""),
    ("html mail", """<div dir="ltr">Hi <b>[[person:Sanjay]]</b>,<br><br>Please update the shipping address to [[address:56 Garden Court, Manchester M4 1HN]].<br><br>Thanks,<br>[[person:Fiona McBride]]<br><br><div class="gmail_quote">On Tue, Jun 3, 2025 at 9:12 AM [[person:Sanjay Mehta]] &lt;<a href="mailto:[[email:sanjay@acme-tools.com]]">reply</a>&gt; wrote:<br><blockquote>Where should we send it?</blockquote></div></div>"""),
    ("code", """# settings.py - do not commit!
DEBUG = True
DATABASE_URL = "[[secret:postgres://svc_app:Zk9!pqLm2x@db.internal:5432/prod]]"
AWS_ACCESS_KEY_ID = "[[secret:AKIAJ5XKQZ3M7NVTBWEA]]"
ADMINS = [("[[person:Rebecca Stone]]", "[[email:rebecca.stone@startup.io]]")]
TIMEOUT = 30  # seconds"""),
    ("code", """const client = new Api({
  token: '[[secret:ghp_4fKq8Zb2mXw7Tn5Lr9Vc3Yd6Hs1Jg0Pa8QeU]]',
  baseUrl: 'https://api.example.com/v1',
});
// TODO([[person:dmitri]]): rotate this, ask [[email:ops-lead@example.com]]
export SLACK_TOKEN=[[secret:xoxb-249832749234-9283749237-AbCdEfGhIjKl]]"""),
    ("csv in ticket", """please import these, thx:

id;name;email;phone
1;[[person:Henrik Solberg]];[[email:henrik@solberg.no]];[[phone:+47 912 34 567]]
2;[[person:Maria Papadopoulou]];[[email:m.papa@mail.gr]];[[phone:+30 697 123 4567]]
3;[[person:Ahmed Farouk]];[[email:afarouk@nile.eg]];[[phone:+20 100 123 4567]]"""),
    ("csv in ticket", """Rows that failed:
"surname","first name","iban","amount"
"[[person:Van den Berg]]","[[person:Lotte]]","[[iban:NL91ABNA0417164300]]","129.90"
"[[person:García]]","[[person:Alejandro]]","[[iban:ES9121000418450200051332]]","44.00"
"[[person:Jokinen]]","[[person:Elina]]","[[iban:FI2112345600000785]]","310.55"
"""),
    ("de ticket", """Guten Tag,

ich warte seit zwei Wochen auf meine Rückerstattung für Bestellung 4711-22. Bitte überweisen Sie das Geld auf [[iban:DE89 3704 0044 0532 0130 00]]. Ich bin telefonisch unter [[phone:0711 5550147]] erreichbar.

Mit freundlichen Grüßen
[[person:Hannelore Dietz]]
[[address:Eichenweg 14, 70565 Stuttgart]]"""),
    ("de ticket", """kunde [[person:mehmet yıldırım]] hat angerufen, router blinkt rot seit gestern. kundennr 3388120. adresse stimmt noch: [[address:Bergstraße 3a, 44787 Bochum]]. rückruf bitte an [[phone:+49 152 28817386]]. er war sehr freundlich. lg [[person:Sabine]]"""),
    ("de arzt", """Sehr geehrter Herr Kollege [[person:Thiele]],

wir berichten über Ihren Patienten [[person:Karl-Heinz Brömmel]], geb. [[birth_date:17.08.1948]], wohnhaft [[address:Am Mühlbach 7, 83022 Rosenheim]], der sich vom 02.05. bis 09.05.2025 in unserer stationären Behandlung befand.

Diagnosen: arterielle Hypertonie, Diabetes mellitus Typ 2
Medikation: Ramipril 5 mg 1-0-0, Metformin 1000 mg 1-0-1

Mit kollegialen Grüßen
Prof. Dr. med. [[person:Annette Burgstaller]]"""),
    ("de arzt", """Befundbericht

Frau [[person:Ayşe Kaya-Hoffmann]], geboren am [[birth_date:5. Juni 1979]], stellte sich am 12.03.2025 mit Knieschmerzen rechts vor. Im MRT kein Nachweis einer Meniskusläsion. Wir empfehlen Physiotherapie. Bei Rückfragen: Sekretariat Frau [[person:Wenzel]], Tel. [[phone:089/5550-1234]]."""),
    ("fr ticket", """Bonjour,

Je n'ai toujours pas reçu mon colis. Je m'appelle [[person:Océane Tremblay]] et j'habite au [[address:23 rue des Tilleuls, 69003 Lyon]]. Vous pouvez me joindre au [[phone:06 39 98 12 34]].

Bien cordialement,
[[person:Océane Tremblay]]"""),
    ("fr ticket", """Appel de M. [[person:Boubacar Diallo]] à 16h20 : la facture de mars est fausse. Son adresse mail est [[email:b.diallo@courriel.fr]]. Il demande que Mme [[person:Pelletier]] le rappelle au [[phone:01 99 00 45 67]] demain matin."""),
    ("es carta", """Estimada señora [[person:Etxeberria]]:

Le informamos de que su hijo [[person:Unai Etxeberria Soto]], nacido el [[birth_date:14 de mayo de 2011]], ha sido admitido en el centro. El domicilio que consta es [[address:Calle Iparraguirre 12, 48011 Bilbao]]. Si no es correcto, llame al [[phone:944 555 018]].

Atentamente,
[[person:Rosario Quintana]]"""),
    ("es carta", """Hola, soy [[person:Maximiliano Duarte]], DNI [[national_id:12345678Z]]. Quiero dar de baja el contrato de luz de mi madre, [[person:Consuelo Duarte Ríos]], que vive en [[address:Avenida de América 45, 28002 Madrid]]. Mi móvil es [[phone:612 345 678]]. Gracias."""),
    ("it ticket", """Buongiorno, sono [[person:Ludovico Ferraris]], codice fiscale [[national_id:RSSMRA85T10A562S]]. Il modem non funziona da lunedì. Abito in [[address:Via Torino 22, 20123 Milano]]. Potete chiamarmi al [[phone:+39 333 4567890]]? Grazie mille"""),
    ("it ticket", """Gentile assistenza,
la signora [[person:Carmela Esposito]] segnala che la carta [[card:5425 2334 3010 9903]] è stata clonata. Il rimborso va fatto sull'IBAN [[iban:IT60X0542811101000000123456]].
Cordiali saluti
[[person:Davide Brambilla]]"""),
    ("pl list", """Szanowny Panie [[person:Jabłoński]],

w nawiązaniu do rozmowy telefonicznej potwierdzam, że przesyłka została wysłana na adres [[address:ul. Kwiatowa 8/12, 31-234 Kraków]]. W razie pytań proszę dzwonić: [[phone:+48 601 234 567]].

Z poważaniem
[[person:Małgorzata Zielińska]]"""),
    ("pl list", """Klientka [[person:Beata Kurek]], PESEL [[national_id:44051401359]], zgłosiła brak internetu. Mail: [[email:beata.kurek@poczta.pl]]. Proszę o kontakt z jej mężem [[person:Tomaszem Kurkiem]] pod numerem [[phone:502 123 987]]."""),
    ("fi viesti", """Hei,

olen [[person:Kaisa-Liisa Heikkinen]] ja tilaukseni 55012 ei ole tullut. Osoitteeni on [[address:Koivukuja 5, 90100 Oulu]] ja puhelinnumeroni [[phone:040 123 4567]].

Ystävällisin terveisin
[[person:Kaisa-Liisa Heikkinen]]"""),
    ("fi viesti", """Asiakas [[person:Jussi Rantanen]] soitti. Henkilötunnus [[national_id:131052-308T]]. Haluaa siirtää laskun eräpäivää. Sähköposti [[email:jussi.rantanen@posti.fi]]. T: [[person:Minna]]"""),
    ("tr destek", """Merhaba,

Adım [[person:Zeynep Karabulut]]. Siparişim hâlâ gelmedi. Adresim: [[address:Bağdat Caddesi No: 112, 34710 Kadıköy/İstanbul]]. Telefonum [[phone:0532 123 45 67]].

Saygılarımla,
[[person:Zeynep Karabulut]]"""),
    ("tr destek", """Sayın [[person:Emre Öztürk]], iade tutarı [[iban:TR330006100519786457841326]] hesabına yatırılmıştır. Bilgi için [[person:Gülşen Hanım]] ile görüşebilirsiniz: [[email:gulsen@destek.com.tr]]"""),
    ("ja 問い合わせ", """お世話になっております。株式会社青空の[[person:山田太郎]]と申します。先日注文した商品がまだ届いておりません。電話番号は[[phone:090-1234-5678]]、メールは[[email:yamada@aozora.co.jp]]です。住所は[[address:東京都新宿区西新宿2-8-1]]です。よろしくお願いいたします。"""),
    ("ja 問い合わせ", """患者名：[[person:佐々木花子]]　生年月日：[[birth_date:1965年4月12日]]
主訴は頭痛。[[person:佐々木]]さんは昨日から発熱もあるとのこと。連絡先 [[phone:03-1234-5678]]。担当医：[[person:高橋健一]]"""),
    ("zh 客服", """您好，我叫[[person:王晓明]]，我的订单号是202503120088，到现在还没有收到货。我的手机是[[phone:13812345678]]，地址是[[address:上海市浦东新区世纪大道100号]]。请尽快处理，谢谢。"""),
    ("zh 客服", """客户姓名：[[person:李雪梅]]，身份证号：[[national_id:11010519491231002X]]，邮箱[[email:lixuemei@qq.com]]。[[person:李女士]]投诉快递员态度差，要求[[person:张经理]]回电。"""),
    ("ko 문의", """안녕하세요. 저는 [[person:김민수]]입니다. 지난주에 주문한 상품이 아직 도착하지 않았습니다. 제 전화번호는 [[phone:010-1234-5678]]이고 주소는 [[address:서울특별시 강남구 테헤란로 152]]입니다. 확인 부탁드립니다."""),
    ("ko 문의", """고객명: [[person:박지영]]
이메일: [[email:jypark@naver.com]]
생년월일: [[birth_date:1990년 3월 2일]]
내용: [[person:박지영]] 고객님께서 환불을 요청하셨습니다. 담당자 [[person:이정훈]] 님 확인 바랍니다."""),
    ("ar شكوى", """مرحبا، اسمي [[person:محمد عبد الرحمن]] ولم يصلني الطلب رقم 88120 حتى الآن. رقم هاتفي [[phone:+966 50 123 4567]] وبريدي الإلكتروني [[email:m.abdulrahman@barid.sa]]. شكرا لكم.
مع التحية
[[person:محمد عبد الرحمن]]"""),
    ("ar شكوى", """السيدة [[person:فاطمة الزهراء]] اتصلت اليوم بخصوص الفاتورة. تاريخ الميلاد: [[birth_date:12/05/1985]]. ترجو الاتصال على [[phone:+20 100 765 4321]] مع الأستاذ [[person:خالد المصري]]."""),
    ("hi शिकायत", """नमस्ते, मेरा नाम [[person:राजेश कुमार]] है। मेरा ऑर्डर अभी तक नहीं आया है। मेरा फ़ोन नंबर [[phone:+91 98765 43210]] है और ईमेल [[email:rajesh.kumar@mail.in]] है। कृपया जल्दी मदद करें। धन्यवाद।"""),
    ("hi शिकायत", """श्रीमती [[person:सुनीता शर्मा]] ने आज फोन किया। जन्म तिथि: [[birth_date:15/08/1972]]। वे चाहती हैं कि श्री [[person:अमित वर्मा]] उन्हें [[phone:+91 99887 76655]] पर फोन करें।"""),
    ("ru письмо", """Здравствуйте, меня зовут [[person:Алексей Воробьёв]]. Посылка до сих пор не пришла. Мой телефон [[phone:+7 916 123-45-67]], адрес: [[address:ул. Лесная, д. 15, 127055 Москва]].

С уважением,
[[person:Алексей Воробьёв]]"""),
    ("ru письмо", """Пациентка [[person:Кузнецова Ольга Петровна]], дата рождения [[birth_date:23.11.1958]], жалуется на боли в спине. Направлена к доктору [[person:Смирнову]]. Почта: [[email:okuz@pochta.ru]]"""),
    ("nl bericht", """Beste klantenservice,

mijn naam is [[person:Sanne Kuipers]] en ik wil mijn abonnement opzeggen. Mijn adres is [[address:Lindelaan 34, 3512 HB Utrecht]] en mijn BSN is [[national_id:111222333]].

Met vriendelijke groet,
[[person:Sanne Kuipers]]"""),
    ("nl bericht", """Gesproken met mevrouw [[person:De Wit]] over de factuur. Ze is bereikbaar op [[phone:06 12345678]]. Haar man [[person:Bart de Wit]] tekent het contract. Rekening [[iban:NL91 ABNA 0417 1643 00]]."""),
    ("pt mensagem", """Olá, o meu nome é [[person:Inês Carvalhal]], NIF [[national_id:123456789]]. A encomenda devia ir para a [[address:Rua do Almada 210, 4050-032 Porto]]. O meu telemóvel é o [[phone:+351 912 345 678]]. Obrigada"""),
    ("pt mensagem", """Prezados, o cliente [[person:Thiago Nascimento]], CPF [[national_id:529.982.247-25]], solicita segunda via do boleto. E-mail: [[email:thiago.n@correio.com.br]], celular [[phone:(11) 98765-4321]].
Att,
[[person:Juliana Prado]]"""),
    ("sv brev", """Hej [[person:Gunilla]]!

Tack för ditt brev. Jag har flyttat till [[address:Storgatan 12, 852 30 Sundsvall]]. Ring mig gärna på [[phone:070-123 45 67]].

Vänliga hälsningar
[[person:Torsten Ekström]]"""),
    ("sv brev", """Patient [[person:Birgitta Håkansson]], personnummer [[national_id:811218-9876]], söker för yrsel. Ordineras vila. Anhörig: sonen [[person:Mattias Håkansson]], tel [[phone:08-123 456 78]]."""),
    ("en prompt", """You are drafting a reply for our agent. Context: the member [[person:Shanice Rutherford]] (member id [[health_id:W8829-11203]]) asked whether her physiotherapy is covered. Her SSN ends in 6789. Contact: [[email:shanice.r@webmail.com]]. Write in a friendly tone and never promise a date."""),
    ("en prompt", """Translate the following message into Spanish, keep the names:
"Hello [[person:Mr. Abernathy]], your appointment with Dr. [[person:Salazar]] is confirmed for Monday. Bring your passport ([[passport:533401982]]) and call [[phone:+1-305-555-0177]] if you are late." """),
    ("en chunk", """Section 4.3 Escalation contacts. For facilities issues call the duty manager, [[person:Gareth Llewellyn]], on [[phone:029 2018 0456]]. For IT incidents raise a ticket first. If the building is closed, use the key safe at [[address:30 Castle Street, Cardiff CF10 1BS]]; the password is [[secret:Tulip#Harbour9]]."""),
    ("en chunk", """The borrower's employer confirmed that [[person:Simone Achterberg]] has worked there since 2016. Her salary is paid into account [[iban:DE75512108001245126199]]. She was born on [[birth_date:28 January 1983]] in Leeds and her driving licence number is [[driving_licence:ACHTE853283SA9IJ]]."""),
)  # fmt: skip
"""Genre with its language, and a text with its places marked."""

DEVELOPED: Final = tuple(_read(*one) for one in (*TEXTS[::2], *CLEAN[::2]))
"""Every first of a pair: what is looked at when rules are mended."""
HELD: Final = tuple(_read(*one) for one in (*TEXTS[1::2], *CLEAN[1::2]))
"""Every second: scored, its failures never printed."""
