# ruff: noqa: E501 - a letter stands in one line
"""Three more languages, and firms that are named like people: scored, and not looked at while rules are written.

Written before the rules of 2026-11-23 about firms and particles, and not changed since.
"""

from __future__ import annotations

import random
from collections.abc import Callable

PEOPLE = {
    "da": (["Kirsten", "Asger", "Bodil", "Troels", "Signe", "Rasmus", "Inger", "Jeppe"],
           ["Nørgaard", "Kjeldsen", "Thygesen", "Bach", "Overgaard", "Mortensen"]),
    "fi": (["Aino", "Pekka", "Sirpa", "Juhani", "Tuulikki", "Eero", "Kaisa", "Veikko"],
           ["Korhonen", "Mäkelä", "Lahtinen", "Virtanen", "Salmi", "Niskanen"]),
    "ro": (["Ioana", "Bogdan", "Mihaela", "Răzvan", "Smaranda", "Costin", "Anca", "Dragoș"],
           ["Popescu", "Munteanu", "Ionescu", "Dumitrache", "Lupu", "Stănescu"]),
}  # fmt: skip

STREETS: dict[str, Callable[[random.Random], str]] = {
    "da": lambda r: f"{r.choice(['Nørregade', 'Strandvejen', 'Gammel Kongevej', 'Åboulevarden'])} {r.randint(1, 90)}, {r.randint(1000, 9900)} {r.choice(['Odense', 'Aalborg', 'Herning'])}",
    "fi": lambda r: f"{r.choice(['Mannerheimintie', 'Koulukatu', 'Rantapolku'])} {r.randint(1, 90)}, {r.randint(10, 99)}{r.randint(100, 999)} {r.choice(['Oulu', 'Tampere'])}",
    "ro": lambda r: f"{r.choice(['Strada Lalelelor', 'Bulevardul Unirii', 'Calea Victoriei', 'Str. Horea'])} nr. {r.randint(1, 90)}, {r.randint(100000, 899999)} {r.choice(['Cluj-Napoca', 'Iași'])}",
}  # fmt: skip

MONTHS = {
    "da": "januar marts juni oktober",
    "fi": "tammikuuta maaliskuuta kesäkuuta lokakuuta",
    "ro": "ianuarie martie iunie octombrie",
}

LETTERS = {
    "da": [
        "Kære <first>,\n\ndin ordre <number> bliver sendt til <address>.\n\nMed venlig hilsen\n<other>",
        "Jeg hedder <person>, født <birth_date>. Ring til mig på <phone> eller skriv til <email>.",
        "Kunde: <person>\nIBAN: <iban>\nVenter på at få <amount> kr. tilbage.",
        "I går ringede <person> om faktura <number> og talte med hr. <last>.",
    ],
    "fi": [
        "Hei <first>,\n\ntilauksesi <number> lähetetään osoitteeseen <address>.\n\nYstävällisin terveisin\n<other>",
        "Nimeni on <person>, syntynyt <birth_date>. Soita numeroon <phone> tai kirjoita <email>.",
        "Asiakas: <person>\nIBAN: <iban>\nOdottaa <amount> euron palautusta.",
        "Eilen <person> soitti laskusta <number>.",
    ],
    "ro": [
        "Stimată doamnă <last>,\n\ncomanda <number> va fi livrată la <address>.\n\nCu stimă,\n<other>",
        "Mă numesc <person>, născut la <birth_date>. Telefonul meu este <phone>, iar adresa <email>.",
        "Client: <person>\nIBAN: <iban>\nAșteaptă rambursarea a <amount> lei.",
        "Ieri <person> a sunat pentru factura <number>.",
    ],
}

FILLER = {
    "da": ["Pakken er stadig ikke kommet frem, selv om sporingen siger noget andet.",
           "Se venligst på det igen, da Kundeservice ikke har svaret i flere uger."],
    "fi": ["Paketti ei ole vieläkään saapunut, vaikka seuranta väittää muuta.",
           "Tarkistakaa asia uudelleen, sillä Asiakaspalvelu ei ole vastannut viikkoihin."],
    "ro": ["Coletul nu a ajuns încă, deși urmărirea spune altceva.",
           "Vă rog să verificați din nou, deoarece Serviciul Clienți nu răspunde de săptămâni."],
}  # fmt: skip

CLEAN = {
    "da": ["Kære kunde, faktura <number> af <day> er på <amount> kr. Kundeservice",
           "Jyske Bank og Georg Jensen underskrev kontrakt <number>.",
           "Københavns Kommune og Danske Andelskassers Bank skrev under på aftalen <number>."],
    "fi": ["Hyvä asiakas, laskun <number> summa on <amount> euroa. Asiakaspalvelu",
           "Helsingin Yliopisto ja Fazer allekirjoittivat sopimuksen <number>.",
           "Robert Huber Oy sanoi, että tilaus <number> on valmis."],
    "ro": ["Stimate client, factura <number> din <day> este de <amount> lei. Serviciul Clienți",
           "Banca Transilvania și Universitatea Babeș-Bolyai au semnat contractul <number>.",
           "Spitalul Sfânta Maria a confirmat comanda <number>."],
    "en": ["Morgan Stanley and Charles Schwab signed contract <number> last week.",
           "The Royal Victoria Hospital said that invoice <number> is open.",
           "Thomas Cook Group reported a loss of <amount> million.",
           "St Mary's School and Martin Marietta Materials confirmed order <number>."],
    "de": ["Die Robert Bosch GmbH und die Hans Böckler Stiftung haben am <day> den Vertrag <number> unterschrieben.",
           "Die Volksbank Kassel und der Konrad Adenauer Verein schrieben uns am <day>.",
           "Peter Hahn Versandhaus meldet eine Störung."],
    "fr": ["Leroy Merlin et la Caisse des Dépôts ont signé le contrat <number>.",
           "La Fondation Abbé Pierre demande la facture <number>.",
           "Le Lycée Victor Hugo a appelé le <day>."],
    "es": ["El Hospital Gregorio Marañón y Adolfo Domínguez firmaron el contrato <number>.",
           "La Fundación Rafael del Pino solicita la factura <number>."],
    "it": ["La Banca Carlo Pepoli e la Fondazione Enrico Mattei hanno firmato il contratto <number>.",
           "L'Istituto Galileo Galilei chiede la fattura <number>."],
    "nl": ["De Willem de Zwijger School en de Koninklijke Bibliotheek tekenden contract <number>.",
           "Stichting Johan Cruijff vroeg om factuur <number>."],
    "sv": ["Stockholms Universitet och Karin Boye Sällskapet skrev avtal <number>.",
           "Länsförsäkringar och Gunnar Dafgård ringde om faktura <number>."],
    "pl": ["Bank Polski i Fundacja Stefana Batorego podpisały umowę <number>.",
           "Uniwersytet Adama Mickiewicza prosi o fakturę <number>."],
    "pt": ["A Fundação Calouste Gulbenkian e o Banco Espírito Santo assinaram o contrato <number>.",
           "O Hospital Santa Maria ligou sobre a fatura <number>."],
    "cs": ["Komerční banka a Nadace Václava Havla podepsaly smlouvu <number>.",
           "Gymnázium Jana Nerudy volalo kvůli faktuře <number>."],
}  # fmt: skip
"""Letters without a person: firms, foundations, schools and hospitals, many of them named after people."""
