# ruff: noqa: RUF001 - names of other scripts look like Latin ones
"""Given names, words of streets, and what a person's name looks like: evidence for kinds that have no format.

Common given names of many countries, without accents; a share of a column, never a single hit, is evidence.
"""

from __future__ import annotations

import re
from typing import Final

from rules.privacy._headers import plain


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


GIVEN: Final = _set(
    """
        james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan
        joseph jessica thomas sarah charles karen christopher lisa daniel nancy matthew betty anthony sandra
        mark margaret donald ashley steven kimberly andrew emily paul donna joshua michelle kenneth carol kevin
        amanda brian melissa george deborah timothy stephanie ronald rebecca jason laura edward sharon jeffrey
        cynthia ryan dorothy jacob amy nicholas kathleen gary angela eric shirley jonathan emma stephen brenda
        larry pamela justin nicole scott anna brandon samantha benjamin katherine samuel christine gregory debra
        alexander rachel patrick carolyn frank janet raymond maria jack olivia dennis heather jerry helen tyler
        catherine aaron diane jose julie adam victoria nathan joyce henry lauren zachary kelly douglas christina
        peter joan kyle evelyn noah judith ethan megan jeremy cheryl walter andrea christian hannah keith
        jacqueline austin martha roger gloria terry teresa sean ann gerald sara carl madison harold frances
        dylan kathryn arthur janice lawrence jean jordan alice jesse abigail bryan julia billy bruce sophia
        gabriel grace joe denise logan albert willie amber alan doris juan marilyn wayne danielle elijah beverly
        randy isabella roy theresa vincent diana ralph natalie eugene brittany russell charlotte bobby marie
        mason kayla philip alexis louis lori harry oliver amelia isla ava mia freya lily evie ella leo oscar
        archie alfie liam lucas theo max felix finn hans klaus jurgen wolfgang stefan andreas uwe bernd ralf
        dieter markus matthias sven jens karl heinz horst gunter werner helmut gerhard manfred ursula monika
        petra sabine renate helga karin brigitte ingrid erika claudia susanne gisela birgit heike anja katrin
        silke lena leonie lea sophie lukas jonas leon ben elias philipp tobias florian sebastian jan tim nils
        fabian moritz johannes greta ida mila frieda pierre michel andre philippe rene alain jacques bernard
        marcel claude henri georges nicolas jeanne francoise monique nathalie isabelle sylvie anne martine
        camille chloe manon ines louise juliette jade hugo raphael jules mathis clement antoine thibault
        guillaume antonio manuel francisco javier carlos jesus alejandro miguel rafael pablo angel fernando
        sergio luis jorge alberto diego adrian carmen ana isabel cristina marta dolores lucia pilar elena paula
        raquel beatriz rocio silvia marco giuseppe giovanni mario luigi francesco angelo vincenzo pietro
        salvatore carlo franco domenico bruno paolo michele giorgio aldo luciano giuseppina rosa giovanna
        carmela caterina francesca giulia chiara federica alessandro matteo lorenzo davide simone riccardo
        stefano luca valentina elisa martina alessia sofia aurora joao paulo pedro luiz marcos marcelo eduardo
        felipe rodrigo tiago goncalo duarte francisca antonia adriana juliana marcia fernanda aline camila bruna
        leticia luciana vanessa mariana piet kees hendrik cornelis willem gerrit daan sem bram lars thijs ruben
        sanne lotte fleur anouk femke maaike marloes piotr krzysztof andrzej tomasz pawel michal marcin grzegorz
        jerzy tadeusz lukasz zbigniew ryszard dariusz henryk mariusz kazimierz wojciech katarzyna malgorzata
        agnieszka krystyna ewa elzbieta zofia janina joanna magdalena jadwiga danuta irena halina aleksandra
        anders mikael johan erik per ulf bjorn gunnar kristina eva kerstin birgitta astrid elsa saga ole niels
        soren mette kirsten hanne lone knut olav kari liv bjorg sigrid jukka juhani matti pekka timo antti mikko
        johanna helena anneli kaarina marjatta liisa petr pavel jiri josef martin tomas jaroslav miroslav zdenek
        vaclav jana hana lenka katerina lucie vera mehmet mustafa ahmet ali huseyin hasan ibrahim ismail osman
        yusuf murat fatma ayse emine hatice zeynep elif meryem serife laszlo istvan jozsef janos zoltan sandor
        gabor ferenc attila erzsebet katalin ilona andrei mihai ion ioana gheorghe vasile mohammed muhammad
        mohamed ahmed omar khalid hassan hussein fatima aisha maryam zainab layla noor salma yasmin amir reza
        hossein mahdi zahra moshe yosef avraham chaim noa tamar yael shira rajesh suresh ramesh amit rahul vijay
        sanjay anil ravi deepak priya anjali sunita kavita pooja neha lakshmi arjun rohan aarav wei fang min
        jing li na xiuying qiang lei jun yang yong yan jie tao ming chao xia hiroshi takashi kenji yuki haruto
        sota yuto sakura hina yui aoi keiko yoko akiko minjun seojun jiho jiwon seoyeon minji chinedu emeka
        ngozi amaka kwame kofi ama akua thabo sipho nomsa zanele juma amina neema ivan dmitri sergey andrey
        alexey alexei mikhail nikolai vladimir olga natalia tatiana irina svetlana anastasia ekaterina yelena
        oleksandr andriy oksana nikos yannis giorgos dimitris eleni иван дмитрий сергей андрей алексей михаил
        николай владимир ольга елена наталья татьяна ирина светлана анастасия екатерина анна мария александр
        максим юлия павел артем γιωργος μαρια νικος ελενη δημητρης
    """
)
"""Folded given names; a few hundred are enough, since a column of people repeats the common ones."""

_NAME: Final = re.compile(r"[^\W\d_]+(?:[ .,'’-]{1,2}[^\W\d_]+){0,5}\.?")
_CJK: Final = re.compile(r"[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff・ ]{2,12}")
_STREET: Final = re.compile(
    r"(?i)(?:\b(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|square|terrace|highway|hwy|"
    r"p\.?o\.? ?box|rue|"
    r"chemin|impasse|allee|calle|avenida|avda|plaza|paseo|via|viale|corso|piazza|rua|travessa|largo|ulica|ul|aleja|utca|katu|"
    r"vej|gade|gatan|ulice|sokak|caddesi|mahallesi|str|ул|улица|проспект)\b\.?|stra(?:ß|ss)e\b|str\.|"
    r"weg\b|gasse\b|allee\b|platz\b|damm\b|"
    r"straat\b|laan\b|plein\b|gracht\b|vägen\b|gatan\b|vej\b|gade\b|veien\b|katu\b|tie\b)"
)
_HOUSE: Final = re.compile(r"(?<!\d)\d{1,5}\s?[a-zA-Z]?(?!\d)")


def name_like(text: str) -> bool:
    """Whether a text is written as a person's name is: a few words of letters, no digits."""
    if len(text) > 48:
        return False
    return _CJK.fullmatch(text) is not None or _NAME.fullmatch(text) is not None


def word_count(text: str) -> int:
    """Give how many words a name has."""
    return len([part for part in re.split(r"[ ,]+", text) if part.strip(".")])


def given(text: str) -> bool:
    """Whether a word of a text is a common given name."""
    return any(word in GIVEN for word in re.split(r"[ ,.'’-]+", plain(text)) if len(word) > 1)


def street(text: str) -> bool:
    """Whether a text holds a word of a street and a house number."""
    return _STREET.search(text) is not None and _HOUSE.search(text) is not None


def address_like(text: str) -> bool:
    """Whether a text can be an address or a line of one: letters, and a number or several words."""
    letters = sum(character.isalpha() for character in text)
    return letters >= 2 and len(text) <= 160 and (any(c.isdigit() for c in text) or " " in text.strip())
