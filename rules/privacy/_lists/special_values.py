"""Words that values of special categories of personal data hold: beliefs, parties, unions, diseases."""

from __future__ import annotations

from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


SPECIAL_VALUES: Final[dict[str, frozenset[str]]] = {
    "special:religion": _set(
        """
        christian christianity catholic protestant orthodox anglican lutheran evangelical muslim islam sunni
        shia jewish judaism hindu hinduism buddhist buddhism sikh sikhism atheist agnostic mormon quaker
        methodist baptist jehovah zoroastrian bahai jain taoist katholisch evangelisch romisch-katholisch
        konfessionslos muslimisch judisch catholique protestante musulman juif catolico musulmano judio
        cattolico ebreo mussulmano katoliek moslim joods katolik
        """
    ),
    "special:ethnicity": _set(
        """
        caucasian hispanic latino latina latinx african-american asian native-american roma sinti romani kurdish
        arab berber maori inuit aboriginal han uyghur black white mixed pacific-islander
        """
    ),
    "special:orientation": _set(
        """
        heterosexual homosexual bisexual lesbian gay asexual pansexual queer straight heterosexuell homosexuell
        bisexuell
        """
    ),
    "special:union": _set(
        """
        member nonmember yes no verdi unite unison ig-metall igmetall dgb gmb rmt nea aft seiu teamsters afl-cio cgt
        cfdt
        fo sud ccoo ugt cgil cisl uil fnv cnv opzz solidarnosc lo tco saco tuc mitglied membre afiliado iscritto lid
        """
    ),
    "special:politics": _set(
        """
        democrat republican libertarian independent labour labor conservative tory liberal green greens socialist
        communist
        cdu csu spd fdp afd linke grune pvda vvd pvv psoe pp vox podemos lega forza pd fratelli renaissance lfi rn ump
        pis ko lewica konfederacja left right centrist
        """
    ),
    "special:offence": _set(
        """
        theft fraud assault burglary robbery murder manslaughter arson felony misdemeanor misdemeanour dui dwi larceny
        embezzlement convicted acquitted charged diebstahl betrug korperverletzung raub verurteilt vol fraude
        agression
        condamne robo hurto estafa condenado furto rapina truffa condannato diefstal veroordeeld kradziez skazany none
        """
    ),
    "special:child": _set(
        """
        minor child infant toddler adolescent teenager underage adult yes no true false ja nein oui non si sim nao
        minderjahrig volljahrig mineur majeur menor mayor minorenne maggiorenne minderjarig volwassen maloletni
        pelnoletni
        """
    ),
    "special:health": _set(
        """
        diabetes hypertension asthma depression anxiety cancer hiv epilepsy arthritis copd migraine
        schizophrenia bipolar dementia alzheimer parkinson stroke hepatitis tuberculosis pregnancy anemia
        obesity autism adhd psoriasis pneumonia bronchitis influenza leukemia melanoma fracture diabetiker
        bluthochdruck krebs asthme diabete hipertension ansiedad pollen nusse nuts peanuts gluten lactose laktose
        penicillin
        heuschnupfen allergisch allergic celiac coeliac vegetarian a+ a- b+ b- ab+ ab- o+ o- 0+ 0- rh+ rh-
        """
    ),
}
"""Words that values of a special category hold."""
