# ruff: noqa: E501 - a letter stands in one line
"""Letters, harmless sentences, names and streets of ten languages, of which texts with known places are made."""

from __future__ import annotations

import random
from collections.abc import Callable

PEOPLE = {
    "en": (["Olivia", "Harold", "Tamsin", "Wendell", "Priya", "Clive", "Beatrix", "Desmond", "Keisha", "Elliot"],
           ["Ashdown", "Okafor", "Pemberton", "Lowe", "Hargreaves", "O'Connell", "Trevelyan", "Whitcombe"]),
    "de": (["Annegret", "Torben", "Wiebke", "Götz", "Sieglinde", "Ulf", "Heiner", "Marlene", "Jörg"],
           ["Vogelsang", "Krause", "Böttcher", "Zimmerling", "Oberhauser", "Kleinschmidt", "Rautenberg"]),
    "fr": (["Éloïse", "Baptiste", "Solène", "Thierry", "Maëlys", "Gérard", "Noémie", "Corentin"],
           ["Lefèvre", "D'Aubigny", "Marchand", "Delacroix", "Quéméneur", "Bellegarde"]),
    "es": (["Íñigo", "Rocío", "Gonzalo", "Nuria", "Begoña", "Lourdes", "Ramón", "Jimena"],
           ["Fernández", "Echeverría", "Muñoz", "Vidal", "Zubizarreta", "Montesinos"]),
    "it": (["Ginevra", "Ettore", "Ludovica", "Ruggero", "Fiorella", "Gianluca", "Ornella"],
           ["Bevilacqua", "Quaglia", "Santoro", "Mancuso", "Terranova", "Del Vecchio"]),
    "nl": (["Sjoerd", "Marijke", "Wouter", "Anouk", "Gijs", "Femke", "Joost"],
           ["Hoekstra", "van der Linden", "Dijkgraaf", "Postma", "Brouwer", "Terpstra"]),
    "pl": (["Grażyna", "Bożena", "Zdzisław", "Łukasz", "Wiesława", "Kinga", "Mirosław"],
           ["Wiśniewska", "Dąbrowski", "Zając", "Szczepańska", "Gołębiowski", "Krajewska"]),
    "sv": (["Ingegerd", "Torbjörn", "Linnéa", "Gunnar", "Maj-Britt", "Håkan", "Ebba"],
           ["Lindqvist", "Åkesson", "Sjögren", "Hammarström", "Rosengren"]),
    "pt": (["Leonor", "Duarte", "Mafalda", "Gonçalo", "Iolanda", "Rui", "Benedita"],
           ["Figueiredo", "Vasconcelos", "Pimentel", "Bragança", "Teixeira"]),
    "cs": (["Zdeňka", "Vojtěch", "Libuše", "Ondřej", "Bohumil", "Markéta", "Radka"],
           ["Dvořáková", "Hrubý", "Sedláček", "Malinová", "Křížek"]),
}  # fmt: skip

Street = Callable[[random.Random], str]
STREETS: dict[str, Street] = {
    "en": lambda r: r.choice([
        f"{r.randint(1, 240)} {r.choice(['Mill', 'Church', 'Old Station'])} {r.choice(['Lane', 'Road', 'Avenue'])}, Leeds LS{r.randint(1, 9)} 4DT",
        f"{r.randint(100, 9000)} {r.choice(['Maple', 'Lincoln', 'Cedar Ridge'])} {r.choice(['St', 'Drive', 'Blvd'])}, Dayton, OH 45{r.randint(100, 999)}",
    ]),
    "de": lambda r: f"{r.choice(['Goethestraße', 'Lindenweg', 'Bahnhofstr.', 'Am Markt', 'Kirchgasse'])} {r.randint(1, 90)}, {r.randint(10000, 99999)} {r.choice(['Kassel', 'Bad Homburg', 'Jena'])}",
    "fr": lambda r: f"{r.randint(1, 120)} {r.choice(['rue', 'avenue', 'chemin'])} {r.choice(['Victor Hugo', 'des Lilas', 'du Moulin'])}, {r.randint(10000, 95000)} {r.choice(['Nantes', 'Brest', 'Saint-Malo'])}",
    "es": lambda r: f"{r.choice(['Calle Mayor', 'Avenida de la Paz', 'Plaza del Carmen'])}, {r.randint(1, 90)}, {r.randint(10000, 50000)} {r.choice(['Burgos', 'Cáceres'])}",
    "it": lambda r: f"{r.choice(['Via Garibaldi', 'Viale dei Tigli', 'Corso Italia'])} {r.randint(1, 90)}, {r.randint(10000, 90000)} {r.choice(['Pavia', 'Lecce'])}",
    "nl": lambda r: f"{r.choice(['Kerkstraat', 'Molenweg', 'Prins Hendrikkade'])} {r.randint(1, 240)}, {r.randint(1000, 9999)} {r.choice(['AB', 'KX'])} {r.choice(['Zwolle', 'Breda'])}",
    "pl": lambda r: f"ul. {r.choice(['Długa', 'Polna', 'Mickiewicza'])} {r.randint(1, 90)}, {r.randint(10, 99)}-{r.randint(100, 999)} {r.choice(['Radom', 'Gdynia'])}",
    "sv": lambda r: f"{r.choice(['Storgatan', 'Björkvägen', 'Drottninggatan'])} {r.randint(1, 90)}, {r.randint(100, 999)} {r.randint(10, 99)} {r.choice(['Umeå', 'Kalmar'])}",
    "pt": lambda r: f"{r.choice(['Rua das Flores', 'Avenida da Liberdade', 'Travessa do Carmo'])}, {r.randint(1, 90)}, {r.randint(1000, 9999)}-{r.randint(100, 999)} {r.choice(['Braga', 'Évora'])}",
    "cs": lambda r: f"{r.choice(['Husova', 'Na Příkopě', 'Palackého třída'])} {r.randint(1, 90)}, {r.randint(100, 799)} {r.randint(10, 99)} {r.choice(['Plzeň', 'Brno'])}",
}  # fmt: skip

LETTERS = {
    "en": [
        "Dear Mr <last>,\n\nthank you for your call. We will ship order <number> to <address> next week.\n\nKind regards,\n<other>",
        "Hi <first>,\nmy new phone number is <phone> and you can write to <email>.\nThanks\n<person>",
        "Customer <person> called about invoice <number>. DOB <birth_date>, call back on <phone>. She spoke to <other> last week.",
        "My name is <person> and I was born on <birth_date>. The refund of <amount> should go to <iban>.",
        "Yesterday <person> told us that her card <card> was charged twice. Please check with <other>.",
        "From: <person> (<email>)\nTo: <other>\nSubject: access\n\nThe login came from <ip>. The token is <secret>, please revoke it.",
        "Patient: <person>\nDate of birth: <birth_date>\nAddress: <address>\nThe patient complains of headaches since <day>.",
        "We met <person> in the office on Monday. He lives at <address> and prefers e-mail: <email>.",
    ],
    "de": [
        "Sehr geehrte Frau <last>,\n\nvielen Dank für Ihre Bestellung <number>. Die Lieferung geht an <address>.\n\nMit freundlichen Grüßen\n<other>",
        "Hallo <first>,\nmeine neue Nummer ist <phone>, schreib mir an <email>.\nLG\n<person>",
        "Kunde: <person>\ngeboren am <birth_date>\nIBAN <iban>\nRückruf unter <phone> gewünscht.",
        "Gestern hat <person> angerufen und mit Herrn <last> über die Rechnung vom <day> gesprochen.",
        "Ich heiße <person>, wohne in der <address> und warte seit dem <day> auf mein Paket.",
        "Die Karte <card> von <person> wurde zweimal belastet, die Anmeldung kam von <ip>.",
    ],
    "fr": [
        "Bonjour Madame <last>,\n\nvotre commande <number> sera livrée au <address>.\n\nCordialement,\n<other>",
        "Je m'appelle <person>, né le <birth_date>. Vous pouvez me joindre au <phone> ou à <email>.",
        "Client : <person>\nIBAN : <iban>\nLe remboursement de <amount> euros est attendu.",
        "Hier, <person> a appelé au sujet de la facture <number>. M. <last> doit la rappeler.",
        "La carte <card> de <person> a été débitée deux fois.",
    ],
    "es": [
        "Estimado señor <last>:\n\nsu pedido <number> se enviará a <address>.\n\nUn saludo,\n<other>",
        "Me llamo <person>, nací el <birth_date> y mi teléfono es <phone>. Mi correo es <email>.",
        "Cliente: <person>\nIBAN: <iban>\nEspera la devolución de <amount> euros.",
        "Ayer <person> llamó por la factura <number> y habló con la señora <last>.",
    ],
    "it": [
        "Gentile signora <last>,\n\nil suo ordine <number> sarà spedito in <address>.\n\nCordiali saluti,\n<other>",
        "Mi chiamo <person>, sono nata il <birth_date>. Il mio telefono è <phone>, la mia email <email>.",
        "Cliente: <person>\nIBAN: <iban>\nAttende il rimborso di <amount> euro.",
        "Ieri <person> ha chiamato per la fattura <number>; il signor <last> la richiamerà.",
    ],
    "nl": [
        "Geachte heer <last>,\n\nuw bestelling <number> wordt bezorgd op <address>.\n\nMet vriendelijke groet,\n<other>",
        "Mijn naam is <person>, geboren op <birth_date>. Bel mij op <phone> of mail naar <email>.",
        "Klant: <person>\nIBAN: <iban>\nWacht op terugbetaling van <amount> euro.",
        "Gisteren belde <person> over factuur <number> en sprak met mevrouw <last>.",
    ],
    "pl": [
        "Szanowna Pani <last>,\n\nzamówienie <number> zostanie wysłane na adres <address>.\n\nZ poważaniem,\n<other>",
        "Nazywam się <person>, data urodzenia: <birth_date>. Mój telefon: <phone>, e-mail: <email>.",
        "Klient: <person>\nIBAN: <iban>\nCzeka na zwrot <amount> zł.",
        "Wczoraj <person> pytała o fakturę <number>, prosi o kontakt pod <phone>.",
    ],
    "sv": [
        "Hej <first>,\n\ndin beställning <number> skickas till <address>.\n\nMed vänliga hälsningar,\n<other>",
        "Jag heter <person>, född <birth_date>. Ring mig på <phone> eller skriv till <email>.",
        "Kund: <person>\nIBAN: <iban>\nVäntar på återbetalning av <amount> kr.",
        "I går ringde <person> om faktura <number>.",
    ],
    "pt": [
        "Prezado senhor <last>,\n\na sua encomenda <number> será enviada para <address>.\n\nCumprimentos,\n<other>",
        "Meu nome é <person>, nasci em <birth_date>. O meu telefone é <phone> e o e-mail <email>.",
        "Cliente: <person>\nIBAN: <iban>\nAguarda o reembolso de <amount> euros.",
        "Ontem <person> ligou sobre a fatura <number>.",
    ],
    "cs": [
        "Vážená paní <last>,\n\nvaše objednávka <number> bude doručena na adresu <address>.\n\nS pozdravem,\n<other>",
        "Jmenuji se <person>, narozena <birth_date>. Můj telefon je <phone>, e-mail <email>.",
        "Zákazník: <person>\nIBAN: <iban>\nČeká na vrácení <amount> Kč.",
        "Včera <person> volala kvůli faktuře <number>.",
    ],
}  # fmt: skip

FILLER = {
    "en": ["The parcel has not arrived yet, although the Tracking page says that it was delivered on Monday.",
           "Please look into it again, since nobody in the Support team has answered for two weeks.",
           "The Service Level Agreement between Acme Ltd and Northern Power covers 99.9 percent of the time.",
           "Our office in New York moved to the third floor, and room 214 is now the Lincoln Room.",
           "Version 2.14.3 of the API was released in March 2024 with 18 changes."],
    "de": ["Das Paket ist immer noch nicht angekommen, obwohl die Sendungsverfolgung etwas anderes sagt.",
           "Bitte prüfen Sie den Vorgang noch einmal, da sich der Kundendienst seit Wochen nicht meldet.",
           "Die Allgemeinen Geschäftsbedingungen der Nordwind GmbH gelten ab dem 1. Januar 2025.",
           "Im Raum 214 tagt am Montag der Ausschuss für Technik und Umwelt der Stadt Frankfurt."],
    "fr": ["Le colis n'est toujours pas arrivé, bien que le suivi indique le contraire.",
           "Merci de vérifier à nouveau, car le Service Client ne répond plus depuis deux semaines.",
           "La Société Générale des Eaux a publié son rapport pour l'année 2024."],
    "es": ["El paquete todavía no ha llegado, aunque el seguimiento dice lo contrario.",
           "Por favor, revisen el caso otra vez, porque Atención al Cliente no contesta desde hace semanas.",
           "El Banco de España publicó el informe de 2024 el lunes."],
    "it": ["Il pacco non è ancora arrivato, anche se il tracciamento dice il contrario.",
           "Vi prego di controllare di nuovo, perché il Servizio Clienti non risponde da settimane.",
           "La Banca d'Italia ha pubblicato la relazione del 2024."],
    "nl": ["Het pakket is nog steeds niet aangekomen, hoewel de tracering iets anders zegt.",
           "Kijk er alstublieft nog eens naar, want de Klantenservice antwoordt al weken niet."],
    "pl": ["Paczka nadal nie dotarła, chociaż śledzenie mówi co innego.",
           "Proszę sprawdzić sprawę ponownie, ponieważ Biuro Obsługi Klienta nie odpowiada od tygodni."],
    "sv": ["Paketet har fortfarande inte kommit fram, trots att spårningen säger något annat.",
           "Titta gärna på det igen, eftersom Kundtjänst inte har svarat på flera veckor."],
    "pt": ["A encomenda ainda não chegou, embora o rastreio diga o contrário.",
           "Por favor, verifiquem de novo, porque o Apoio ao Cliente não responde há semanas."],
    "cs": ["Balík stále nedorazil, přestože sledování tvrdí opak.",
           "Prosím, podívejte se na to znovu, protože Zákaznická podpora neodpovídá už týdny."],
}  # fmt: skip

CLEAN = {
    "en": ["Dear Customer, your order <number> was shipped on <day>. Best regards, The Support Team",
           "Hi all, the Madison Square contract (ref <number>) is signed. Thanks, Sales Operations",
           "See chapter 12 Main Results and table 4 Average Cost; the total is <amount>. The Lincoln Project ended in May.",
           "The Oak Table and the Anna Chair cost <amount> each at Harrods, London. Tracking 1Z<number>."],
    "de": ["Sehr geehrte Damen und Herren, die Rechnung <number> vom <day> über <amount> Euro ist offen. Ihr Kundenservice",
           "Die Deutsche Bahn und die Stadtwerke Kassel haben am <day> den Vertrag <number> verlängert."],
    "fr": ["Madame, Monsieur, votre facture <number> du <day> s'élève à <amount> euros. Le Service Client",
           "La Banque Postale et Air France ont signé le contrat <number>."],
    "es": ["Estimados señores: la factura <number> del <day> asciende a <amount> euros. Atención al Cliente",
           "La Universidad de Salamanca y Banco Santander firmaron el contrato <number>."],
    "it": ["Gentile Cliente, la fattura <number> del <day> è di <amount> euro. Servizio Clienti",
           "La Fiat Panda e la Lancia Delta costano <amount> euro."],
    "nl": ["Geachte klant, factuur <number> van <day> bedraagt <amount> euro. Afdeling Verkoop",
           "De Nederlandse Spoorwegen en Albert Heijn tekenden contract <number>."],
    "pl": ["Szanowni Państwo, faktura <number> z dnia <day> wynosi <amount> zł. Biuro Obsługi Klienta",
           "Politechnika Warszawska podpisała umowę <number>."],
    "sv": ["Bästa kund, faktura <number> från <day> är på <amount> kr. Hälsningar Kundtjänst",
           "Volvo Cars och Svenska Handelsbanken skrev avtal <number>."],
    "pt": ["Exmos. Senhores, a fatura <number> de <day> é de <amount> euros. Apoio ao Cliente",
           "A Caixa Geral e a Universidade do Porto assinaram o contrato <number>."],
    "cs": ["Vážení zákazníci, faktura <number> ze dne <day> činí <amount> Kč. Zákaznická podpora",
           "Česká spořitelna a Univerzita Karlova podepsaly smlouvu <number>."],
}  # fmt: skip
