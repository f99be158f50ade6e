"""Sentences without personal data in nine languages, and sentences that hold some, for the set of rare leaks."""

from __future__ import annotations

from typing import Final

CLEAN: Final = {
    "en": (
        "The parcel {n} was left behind the {thing} because nobody opened.",
        "Order {n} arrived late and the {thing} has a scratch.",
        "Please send a new invoice for {n}, the tax rate is wrong.",
        "The {thing} does not start after the update to version {v}.",
        "We would like to cancel {q} of the {thing} in this order.",
        "Customer asks for a refund of {p} EUR, see ticket {n}.",
        "Delivery only between 8 and 12, ring twice, second floor.",
        "The shop page shows an error when the {thing} is in the basket.",
    ),
    "de": (
        "Das Paket {n} wurde hinter dem {thing} abgestellt, weil niemand da war.",
        "Die Bestellung {n} kam zu spät, und der {thing} hat einen Kratzer.",
        "Bitte eine neue Rechnung für {n}, der Steuersatz stimmt nicht.",
        "Nach dem Update auf Version {v} startet der {thing} nicht mehr.",
        "Wir möchten {q} Stück vom {thing} stornieren.",
        "Der Kunde möchte {p} EUR zurück, siehe Vorgang {n}.",
    ),
    "fr": (
        "Le colis {n} a été déposé derrière le {thing} car personne n'a ouvert.",
        "La commande {n} est arrivée en retard et le {thing} est rayé.",
        "Merci d'envoyer une nouvelle facture pour {n}, la TVA est fausse.",
        "Le {thing} ne démarre plus depuis la version {v}.",
        "Le client demande un remboursement de {p} EUR, voir le dossier {n}.",
    ),
    "es": (
        "El paquete {n} se dejó detrás del {thing} porque nadie abrió.",
        "El pedido {n} llegó tarde y el {thing} tiene un arañazo.",
        "Por favor envíen una factura nueva de {n}, el IVA está mal.",
        "El {thing} no arranca desde la versión {v}.",
        "El cliente pide la devolución de {p} EUR, ver el caso {n}.",
    ),
    "it": (
        "Il pacco {n} è stato lasciato dietro il {thing} perché nessuno ha aperto.",
        "L'ordine {n} è arrivato in ritardo e il {thing} è graffiato.",
        "Si prega di inviare una nuova fattura per {n}, l'IVA è sbagliata.",
        "Il {thing} non si avvia dalla versione {v}.",
        "Il cliente chiede il rimborso di {p} EUR, vedi pratica {n}.",
    ),
    "nl": (
        "Het pakket {n} is achter de {thing} gelegd omdat niemand opendeed.",
        "Bestelling {n} kwam te laat en de {thing} heeft een kras.",
        "Graag een nieuwe factuur voor {n}, het btw-tarief klopt niet.",
        "De {thing} start niet meer sinds versie {v}.",
        "De klant wil {p} EUR terug, zie zaak {n}.",
    ),
    "pl": (
        "Paczka {n} została zostawiona za {thing}, bo nikt nie otworzył.",
        "Zamówienie {n} dotarło za późno, a {thing} jest porysowany.",
        "Proszę o nową fakturę do {n}, stawka VAT jest błędna.",
        "Po aktualizacji do wersji {v} {thing} się nie uruchamia.",
        "Klient prosi o zwrot {p} EUR, patrz sprawa {n}.",
    ),
    "pt": (
        "A encomenda {n} ficou atrás do {thing} porque ninguém abriu.",
        "O pedido {n} chegou tarde e o {thing} está riscado.",
        "Por favor enviem uma nova fatura de {n}, o IVA está errado.",
        "O {thing} não arranca desde a versão {v}.",
        "O cliente pede o reembolso de {p} EUR, ver o processo {n}.",
    ),
    "sv": (
        "Paketet {n} lämnades bakom {thing} eftersom ingen öppnade.",
        "Beställning {n} kom för sent och {thing} har en repa.",
        "Skicka gärna en ny faktura för {n}, momsen är fel.",
        "{thing} startar inte sedan version {v}.",
        "Kunden vill ha {p} EUR tillbaka, se ärende {n}.",
    ),
}
LANGUAGES: Final = {"dev": ("en", "de", "fr", "es", "it"), "held": ("en", "nl", "pl", "pt", "sv")}
THINGS: Final = {
    "en": "garage;coffee machine;desk lamp;printer;bike rack;office chair;router",
    "de": "Schuppen;Wasserkocher;Drucker;Bürostuhl;Akku;Router",
    "fr": "garage;grille-pain;bureau;routeur;portail",
    "es": "garaje;tostador;escritorio;monitor;portón",
    "it": "cancello;tostapane;monitor;tavolo;garage",
    "nl": "schuur;waterkoker;printer;bureaustoel;poort",
    "pl": "garaż;czajnik;monitor;fotel;ekspres",
    "pt": "portão;monitor;candeeiro;teclado;armário",
    "sv": "garaget;skrivaren;lampan;skärmen;cykeln",
}
LEAKS: Final = {
    "dev": {
        "person": {
            "en": ("Ask for {x} at the door.", "{x} will pick it up on Friday.", "Invoice to be addressed to {x}."),
            "de": ("Bitte bei {x} abgeben.", "Ansprechpartner ist {x}.", "Herr {x} holt es am Freitag ab."),
            "fr": ("À remettre à {x}.", "Madame {x} passera vendredi."),
            "es": ("Entregar a {x}.", "La señora {x} pasará el viernes."),
            "it": ("Consegnare a {x}.", "Il signor {x} passerà venerdì."),
        },
        "address": {
            "en": ("New delivery address: {x}.", "Deliver to {x} instead."),
            "de": ("Neue Lieferadresse: {x}.", "Bitte an {x} liefern."),
            "fr": ("Nouvelle adresse : {x}.",),
            "es": ("Nueva dirección: {x}.",),
            "it": ("Nuovo indirizzo: {x}.",),
        },
        "birth_date": {
            "en": ("Customer was born on {x}.", "date of birth {x}"),
            "de": ("geboren am {x}", "Geburtsdatum: {x}"),
            "fr": ("né le {x}",),
            "es": ("fecha de nacimiento: {x}",),
            "it": ("nata il {x}",),
        },
        "": {
            "en": ("Use {x} from now on.", "Reached via {x}.", "It says {x} on the form."),
            "de": ("Bitte {x} verwenden.", "Auf dem Formular steht {x}."),
            "fr": ("Utiliser {x} désormais.",),
            "es": ("Usar {x} a partir de ahora.",),
            "it": ("Usare {x} d'ora in poi.",),
        },
    },
    "held": {
        "person": {
            "en": ("Signed for by {x}.", "Please contact {x} about this.", "Mrs {x} was not at home."),
            "nl": ("Afgegeven bij {x}.", "Mevrouw {x} was niet thuis."),
            "pl": ("Proszę oddać do rąk: {x}.", "Pani {x} odbierze w piątek."),
            "pt": ("Entregar a {x}.", "A senhora {x} não estava em casa."),
            "sv": ("Lämnas till {x}.", "Kontaktperson: {x}."),
        },
        "address": {
            "en": ("She moved to {x}.", "Ship to: {x}"),
            "nl": ("Nieuw adres: {x}.",),
            "pl": ("Nowy adres: {x}.",),
            "pt": ("Nova morada: {x}.",),
            "sv": ("Ny adress: {x}.",),
        },
        "birth_date": {
            "en": ("DOB: {x}", "His birthday is {x}."),
            "nl": ("geboren op {x}",),
            "pl": ("data urodzenia: {x}",),
            "pt": ("nascido em {x}",),
            "sv": ("född {x}",),
        },
        "": {
            "en": ("The customer gave us {x}.", "Changed to {x} today."),
            "nl": ("De klant gaf {x} op.",),
            "pl": ("Klient podał {x}.",),
            "pt": ("O cliente indicou {x}.",),
            "sv": ("Kunden angav {x}.",),
        },
    },
}
