"""Words that name columns of special categories of personal data, beyond those in `words`, and those that are clear.

Who believes what, is ill, or was convicted is told by the header more than by the values: no list holds all diseases.
A word that means nothing else (`sexual_orientation`) is enough where the values are words or flags at all; one that
means other things as well (`diagnosis` of a disk, `race` of runners) wants values of a list, or people beside it.
"""

from __future__ import annotations

from typing import Final

SPECIAL: Final[dict[str, str]] = {
    "special:health": """
        pathologie patologia schorzenie sygdom nemoc diagnoza diagnozy tani заболевание заболеван хвороба
        захворювання ασθενεια παθηση διαγνωση betegseg boala boli diagnosticmedical 疾病 病历 病史 过敏 残疾 病歴
        既往歴 アレルギー 障害 持病 질병 질환 장애 المرض التشخيص الحالةالصحية מחלה אבחנה רגישות नैदानिक बीमारी
        penyakit riwayatmedis benh benhly chandoan โรคประจำตัว medicalnote medicalnotes chroniccondition
        chronicillness healthissue comorbidity comorbidities mentalhealth pregnancy pregnant pregnancystatus
        covidstatus vaccinationstatus labresult prescription medications sickleavereason disabilitystatus
        disabilitytype disabled handicapped gradderbehinderung behinderungsgrad behinderungsart invalidity
        invalidita invalidez niepelnosprawnosc funktionsnedsattning vammaisuus engelli инвалидность інвалідність
        fogyatekossag medikament medikation grossesse allergene alergeny alerji аллергия аллергии алергія αλλεργια
        erkrankung vorerkrankung vorerkrankungen befund antecedentesmedicos historiamedica problemesante
        etatdesante estadodesalud statodisalute estadodesaude gezondheidstoestand stanzdrowia halsotillstand
        terveydentila zdravotnistav sagliksdurumu saglikdurumu состояниездоровья 健康状况 健康状態 건강상태
        bloodtyp gruppokrvi krevniskupina grupakrwi verityhma veriryhma kangrubu группакрови vercsoport 血型 血液型
        혈액형 tiposanguineo hivtest hivresult
    """,
    "special:religion": """
        glaube glaubensgemeinschaft geloof geloofsovertuiging trosbekannelse trossamfund trossamfunn
        religiostillhorighet vyznani viraovyznani віросповідання конфессия θρησκεια θρησκευμα vallas valla religie
        宗教信仰 信仰 信教 דת धर्म agama tongiao ศาสนา الدين المذهب kirchensteuer kirchensteuermerkmal
        kirchenzugehorigkeit churchmember churchmembership religiousbeliefs beliefs religiousgroup cultoreligioso
        credo credoreligioso confessionreligieuse convictionreligieuse kirkonjasenyys vjera veroispoved
        vjeroispovijest tikejimas религиозная
    """,
    "special:ethnicity": """
        volkszugehorigkeit volksgruppe ethnisch origenetnico grupoetnico gruppoetnico origineetnica origemetnica
        corraca pochodzenieetniczne narodowoscetniczna etnisktillhorighet etniskoprindelse etninentausta
        etnickypuvod etnikum narodnost etnikkoken этническая этнич етнічна національністьетнос εθνοτικη εθνοτητα
        etnikai etnie العرق الأصلالعرقي מוצאאתני מוצא sukubangsa suku dantoc ethnicbackground tribe caste ancestry
        skincolor skincolour nationalorigin racecode racedesc rasse hautfarbe hudfarve etnicka 出身民族 民族名
    """,
    "special:orientation": """
        orientacjaseksualna sexuelllaggning seksuelorientering seksuellorientering seksuaalinensuuntautuminen
        sexualniorientace sexualnaorientacia cinselyonelim cinseltercih сексуальнаяориентация сексуальнаориентация
        сексуальнаорієнтація σεξουαλικοςπροσανατολισμος szexualisiranyultsag orientaresexuala 성적지향 التوجهالجنسي
        נטייהמינית orientasiseksual xuhuongtinhduc seksuelegeaardheid seksualneorientacja sexlife sexualidentity
        lgbt lgbtq vitasessuale sexualidad sexualleben orientsexual
    """,
    "special:union": """
        appartenancesyndicale syndique adhesionsyndicale syndicale iscrizionesindacato sindacato
        iscrizionesindacale filiacaosindical sindicalizado sindicaliz przynaleznoscizwiazkowa
        przynaleznosczwiazkowa facklig fackligtillhorighet fackforbund fagforbund ammattiliitto odborovaorganizace
        odbory clenstvivodborech sendikauyeligi sendikali членствовпрофсоюзе профспілка συνδικατο szakszervezet
        sindicat 工会会员 노동조합 نقابة איגודמקצועי serikatpekerja congdoan unionname unionstatus uniondues
        unionflag unionmbr vakbondslidmaatschap lidvakbond gewerkschaftszugehorigkeit sindikat
    """,
    "special:politics": """
        partymembership partymember partyaffiliation parteimitgliedschaft parteimitglied parteibuch
        parteizugehoerigkeit politischeeinstellung politischeansicht opinionpolitique opinionspolitiques
        affiliationpolitique opinionpolitica ideologiapolitica opinionepolitica orientamentopolitico
        opiniaopolitica filiacaopartidaria pogladypolityczne przynaleznoscpartyjna politiskasikt partitillhorighet
        politiskoverbevisning politiskopfattelse poliittinenkanta puoluekanta politickynazor politickapreference
        stranickaprislusnost siyasigorus siyasiparti политическиевзгляды партийность політичніпогляди партійність
        πολιτικεςπεποιθησεις politikaivelemeny parthovatartozas opiniipolitice apartenentapolitica 政治面貌
        政治的信条 支持政党 정치성향 지지정당 الانتماءالسياسي דעהפוליטית afiliasipolitik chinhkien politicalview
        politicalviews politicalleaning voterregistration votingpreference voteintention politicalaffil wahlabsicht
    """,
    "special:offence": """
        precedentipenali casellariogiudiziale veroordelingen veroordeling karalnosc karalnost brottsregister
        straffeattest strafferegister rikosrekisteri rikostausta trestnirejstrik sabikakaydi sabika судимості
        судимість судимость ποινικομητρωο bunteteloelet buntetett buntetettseg cazierjudiciar cazier 前科 犯罪歴
        범죄경력 전과 전과기록 السوابقالجنائية עברפלילי catatankriminal tienan offence offense offences offenses
        priorconvictions policerecord arrestrecord delitos delito condenas condamnations infractionpenale
        infraccionpenal reato reati rapsheet criminalbackground vorstrafenregister straffallig straftatbestand
        antecedentespoliciales misdemeanor felonyflag skazanie wyrokkarny kriminalregister trestni осъждан
    """,
    "special:child": """
        childflag childind minorind minorchild under13 under16 under18 below18 agedunder18 isunderage kidaccount
        kidsaccount kindunter16 kindjanein kinderkonto enfantmineur menordeidad menoroverage menores minori
        figliominore filhomenor nieletnie cocukmu eresitdegil несовершеннолетн малолетний малолітній esteminor
        minorflag dibawahumur vithanhnien 未成年者 是否未成年 미성년여부 mindrearig umyndig maloletnik maloljetnik
        nepilnametis alaealine jugendlicher
    """,
}
"""Label -> words."""

CLEAR: Final[dict[str, str]] = {
    "special:religion": """
        religio religie religia konfession confessionreligieuse belief wyznani nabozenst uskonto kirchen
    """,
    "special:ethnicity": "ethnic ethnis etnic etnisk etnia racial volkszugehorigkeit",
    "special:orientation": "sexual sexuel seksu sessual cinsel szexual",
    "special:union": """
        tradeunion laborunion labourunion unionmember gewerkschaft sindical sindacal vakbond fackfor zwiazek sendika
        szakszervezet
    """,
    "special:politics": "politic politiq politis polityc politik partei partymember partyaffil siyasi",
    "special:offence": "criminal convict vorstraf casierjud antecedentespenal strafbl strafta sabika karaln",
    "special:child": """
        minorflag isminor mineur menor minderjahrig minderjarig nielet underage mindrear nezletil under18 under16
        under13 childflag ischild
    """,
    "special:health": """
        medicalcondition healthcondition chronic disabil behinderung krankheit erkrankung maladie enfermedad malattia
        doenca ziekte aandoening choroba sjukdom sykdom sygdom sairaus hastalik allerg alergi bloodt bloodg blutgruppe
        icd10 pathologie schorzenie handicap medication pregnan hivstatus
    """,
    "special:biometric": """
        fingerprintt fingerprintdata faceembed facetempl facevector facedescr irisscan iristempl retinascan voiceprint
        genotype dnaseq dnaprof huelladactilar empreintedigitale fingerabdr fingeravtr odciskpalca improntadigitale
        impressaodigital biometr
    """,
}
"""Label -> parts of headers that mean nothing else; whole headers in other letters than Latin ones are so too."""
