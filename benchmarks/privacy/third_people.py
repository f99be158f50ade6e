"""People of 21 countries in nine ways of writing, with kind, opaque and misleading headers, for the third set."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator, Sequence

PEOPLE = {
    "dev": {
        "ph": (
            "Jomar Maricel Rodel Analyn Jericho Lorna Rommel Cristina Noel Marites Dodong Rowena Arnel Liezl "
            "Reynaldo Jocelyn Edgardo Melanie",
            "dela Cruz;Bautista;Macaraeg;Villanueva;Pangilinan;Dimaculangan;Magsaysay;Salonga;Tolentino;"
            "Mercado;Lacson;Buenaventura;Catacutan;Manalo;Agbayani;Sumulong",
        ),
        "pk": (
            "Bilal Ayesha Usman Zainab Hamza Sadia Imran Nadia Faisal Rabia Kashif Hina Shahid Mehwish Asif Saima",
            "Chaudhry;Malik;Butt;Qureshi;Abbasi;Bhatti;Mirza;Rajput;Siddiqui;Gillani;Awan;Khattak;Baloch;"
            "Memon;Janjua;Kayani",
        ),
        "ng": (
            "Chinedu Ngozi Emeka Adaeze Tunde Folake Ibrahim Halima Obinna Yetunde Musa Amina Segun Bukola "
            "Kelechi Ifeoma",
            "Okonkwo;Adebayo;Nwachukwu;Balogun;Eze;Olawale;Danjuma;Onyekachi;Abiodun;Ogunleye;Umeh;Bello;"
            "Chukwuemeka;Fashola;Igwe;Oyelaran",
        ),
        "is": (
            "Guðrún Jón Sigríður Gunnar Kristín Ólafur Helga Einar Þórunn Björn Ragnheiður Kjartan Ásta Hlynur",
            "Jónsdóttir;Sigurðsson;Guðmundsdóttir;Ólafsson;Þorsteinsson;Helgadóttir;Kristjánsson;"
            "Einarsdóttir;Magnússon;Stefánsdóttir;Blöndal;Thorarensen",
        ),
        "ir": (
            "Mohammad Fatemeh Alireza Zahra Hossein Maryam Reza Narges Mehdi Shirin Kaveh Parisa Behrouz "
            "Leila Dariush Niloufar",
            "Hosseini;Ahmadi;Karimi;Rezaei;Moradi;Jafari;Ebrahimi;Ghorbani;Tehrani;Shirazi;Farahani;Nazari;"
            "Khosravi;Zandi;Golestani;Esfahani",
        ),
        "th_lat": (
            "Somchai Siriporn Anan Kanya Prasert Malee Wichai Suda Nattapong Pimchanok Thanawat Ratchanee "
            "Kittisak Duangjai",
            "Srisai;Chaiyasit;Thongdee;Boonmee;Wongsakul;Saetang;Rattanaporn;Kongkaew;Phromsiri;Jaidee;"
            "Suksawat;Charoenpong;Intharaphan;Somboon",
        ),
        "cn_lat": (
            "Wei Fang Xiuying Jing Qiang Lei Yan Chao Xiaoming Yuhan Haoran Zihan Mengyao Guoqiang Lihua Junjie",
            "Zhang;Wang;Liu;Zhao;Huang;Zhou;Sun;Hu;Gao;Xie;Guo;Deng;Cao;Peng;Xiao;Jiang;Cui;Qian",
        ),
        "ge": (
            "გიორგი ნინო დავით თამარ ლევან მარიამ ზურაბ ნათია ირაკლი ეკა",
            "ბერიძე;კაპანაძე;გელაშვილი;მაისურაძე;გიორგაძე;ლომიძე;წიკლაური;კვარაცხელია;ხუციშვილი;ჯაფარიძე",
        ),
        "in_ta": (
            "Karthik Lakshmi Murugan Priya Senthil Meenakshi Arun Kavitha Vijayalakshmi Saravanan Deepa "
            "Balaji Revathi Ganesh",
            "Subramaniam;Ramasamy;Krishnamurthy;Venkatesan;Natarajan;Palaniswamy;Sundaram;Rajagopal;"
            "Chidambaram;Thangaraj;Annamalai;Selvaraj",
        ),
        "de2": (
            "Heike Torsten Sabine Uwe Silke Jürgen Antje Detlef Maren Holger Birgit Volker Ute Wiebke Rüdiger",
            "Schlüter;Ostermann;Thiele;Wegener;Hinrichs;Petersen;Brinkmann;Kröger;Rademacher;Diekmann;Lüders;"
            "Stahlhut;Poggensee;Freytag;Kuhlmann;Borchert;Behrens;Kleinschmidt",
        ),
    },
    "held": {
        "ke": (
            "Wanjiru Otieno Njeri Kipchoge Achieng Mwangi Wambui Kiprono Atieno Kamau Nyambura Cheruiyot Akinyi Mutua",
            "Kariuki;Odhiambo;Njoroge;Chebet;Wafula;Onyango;Gathoni;Kiplagat;Mutiso;Barasa;Muthoni;Omondi;"
            "Kibet;Nyong'o",
        ),
        "eg": (
            "Ahmed Mona Mahmoud Heba Mostafa Dina Tarek Yasmin Khaled Salma Amr Nermin Hany Rania",
            "El-Sayed;Abdel Rahman;Mansour;Fahmy;Hegazy;El Shazly;Naguib;Gaber;Soliman;Shaheen;Zaki;"
            "Abou Zeid;El-Masry;Bakr",
        ),
        "vn": (
            "Minh Lan Hùng Hương Tuấn Thảo Dũng Ngọc Quang Linh Đức Mai Hải Phương",
            "Nguyễn Văn;Trần Thị;Lê Hoàng;Phạm Thị;Hoàng Văn;Vũ Đình;Đặng Thị;Bùi Quốc;Đỗ Thị;Ngô Thanh",
        ),
        "kr": (
            "민준 서연 도윤 하은 시우 지유 준서 수아 예준 지민 현우 채원 은지 성민",
            "김;이;박;최;정;강;조;윤;장;임;한;오;서;신;권;황",
        ),
        "kr_lat": (
            "Min-jun Seo-yeon Do-yun Ha-eun Ji-woo Soo-ah Hyun-woo Eun-ji Sung-min Yu-na Jae-hyun Mi-kyung",
            "Kim;Lee;Park;Choi;Jung;Kang;Cho;Yoon;Jang;Lim;Han;Oh;Seo;Shin",
        ),
        "il": (
            "יוסף מרים דוד רחל משה שרה אברהם נועה יעקב תמר איתי שירה",
            "כהן;לוי;מזרחי;פרץ;ביטון;דהן;אברהם;פרידמן;אזולאי;שפירא;גבאי;חדד",
        ),
        "hu2": (
            "Ágnes Zoltán Eszter Gábor Katalin Balázs Piroska Tibor Ilona Attila Boglárka Csaba Zsuzsanna Levente",
            "Törőcsik;Szűts;Breznay;Zsigmond;Kertész;Lukács;Orosz;Fülöp;Vörös;Bodnár;Szekeres;Pásztor;Csonka;"
            "Hegedűs;Kelemen",
        ),
        "us2": (
            "Latoya Brandon Kaitlyn Marcus Tiffany DeShawn Brittany Garrett Shaniqua Cody Madison Tyrone Heather Chad",
            "Washington;Hutchinson;Whitfield;Abernathy;Blankenship;Carmichael;Dillard;Eubanks;Fairbanks;"
            "Goodwin;Hollingsworth;McAllister;O'Rourke;Pendergrass;Quarles;Ridgeway;Stubblefield;Tillman",
        ),
        "mx2": (
            "Guadalupe Ximena Itzel Refugio Socorro Cuauhtémoc Yolanda Efraín Rocío Hugo Nayeli Gerardo",
            "Xicoténcatl Nava;Zúñiga Olvera;Quintanilla Ríos;Tlapa Cuevas;Arizmendi Solís;Bracamontes Lugo;"
            "Cárdenas Ponce;Escamilla Tapia;Figueroa Luna;Godínez Prado;Huerta Salinas",
        ),
        "fi2": (
            "Päivi Jukka Tuula Seppo Marjatta Heikki Riitta Pekka Anneli Jorma Sanna Mikko",
            "Rautiainen;Pulkkinen;Hyvönen;Väisänen;Kettunen;Lappalainen;Ahonen;Tikkanen;Myllymäki;Kangas;"
            "Saarela;Ylitalo;Haapala;Niskala",
        ),
        "jp": (
            "陽菜 悠真 さくら 翔太 美優 健一 直樹 恵子 裕子 隆 誠 葵",
            "木内;黒川;西尾;三宅;早川;浜田;片山;大川;荒木;本間;堀;関;望月;永井;川村",
        ),
    },
}

TITLES = ["Mr. ", "Mrs ", "Dr. ", "Prof. ", "Ms "]

NAME_HEADS = {
    "dev": {
        "kind": [
            "customer_full_name",
            "Emp Nm",
            "contact_person",
            "nombre_y_apellidos",
            "Name des Kunden",
            "patient",
            "recipient",
            "account_holder",
            "imię i nazwisko",
            "signatory",
        ],
        "opaque": ["f3", "val", "column_7", "data", "attr_12", "txt"],
        "mis": ["description", "item_ref", "note", "title"],
    },
    "held": {
        "kind": [
            "primary_contact",
            "beneficiary",
            "nama",
            "jmeno_prijmeni",
            "owner_name",
            "insured_party",
            "nom_prenom",
            "guest",
            "applicant_nm",
            "fullnm",
        ],
        "opaque": ["a1", "fld009", "k", "column5", "zz", "text_2"],
        "mis": ["code", "subject", "info", "value"],
    },
}

LAST_HEADS = {
    "dev": {"kind": ["lname", "Nachname", "surname"], "opaque": ["f4", "p"]},
    "held": {"kind": ["cognome", "family_nm", "sukunimi"], "opaque": ["c8", "r"]},
}

FIRST_HEADS = {
    "dev": {"kind": ["fname", "given_name", "prenom"], "opaque": ["f5", "s"]},
    "held": {"kind": ["forename", "nome", "etunimi"], "opaque": ["c9", "t"]},
}


_UNSPACED = {"kr", "jp"}


def full(r: random.Random, part: str, regions: int) -> str:
    """Give a name of one of the first regions of a part."""
    given, family = r.choice(list(PEOPLE[part].values())[:regions])
    return f"{r.choice(given.split())} {r.choice(family.split(';'))}"


def people(part: str, r: random.Random, rows: int) -> Iterator[tuple[str, str, list[object], str]]:
    """Give header, kind, values and group of columns of names."""
    heads = NAME_HEADS[part]
    for number, (region, (givens, families)) in enumerate(PEOPLE[part].items()):
        given, family = givens.split(), families.split(";")
        forms = ["fl", "spaced"] if region in _UNSPACED else ["fl", "lf", "LF", "up", "lo", "ti", "in", "lfi", "mid"]
        for place, form in enumerate(forms):
            kinds = ["kind", "opaque", "mis"] if place < 2 else [["kind", "opaque", "opaque"][(place + number) % 3]]
            for kind in kinds:
                header = r.choice(heads[kind])
                values: list[object] = [_written(r, given, family, form, region) for _ in range(rows)]
                yield header, "person", values, f"person {region} {form} {kind}"
        for kind in ("kind", "opaque"):
            header = r.choice(LAST_HEADS[part][kind])
            yield header, "person", [r.choice(family) for _ in range(rows)], f"last {region} {kind}"
            header = r.choice(FIRST_HEADS[part][kind])
            yield header, "person", [r.choice(given) for _ in range(rows)], f"first {region} {kind}"


def _written(r: random.Random, given: Sequence[str], family: Sequence[str], form: str, region: str) -> str:
    one, last = r.choice(given), r.choice(family)
    if region in _UNSPACED:
        return last + one if form != "spaced" else f"{last} {one}"
    # All are written, whichever is wanted: so the same seed gives the same columns as it always did.
    return {
        "fl": f"{one} {last}",
        "lf": f"{last}, {one}",
        "LF": f"{last.upper()} {one}",
        "up": f"{one} {last}".upper(),
        "lo": f"{one} {last}".lower(),
        "ti": (r.choice(TITLES) if r.random() < 0.5 else "") + f"{one} {last}",
        "in": f"{one[0]}. {last}",
        "lfi": f"{last}, {one} {r.choice(string.ascii_uppercase)}.",
        "mid": f"{one} {r.choice(given)} {last}",
    }[form]
