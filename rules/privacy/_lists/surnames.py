# ruff: noqa: RUF001 - names of other scripts look like Latin ones
"""Common family names of many countries, and how family names end: evidence for names of people.

Written from what is generally known of each country's most frequent names, folded, without accents.
A name that is also a common word for things (`stone`, `park`, `field`) is left out where it would say little.
"""

from __future__ import annotations

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SURNAMES: Final = _words(
    """
    abe abubakar acar adamczyk adams adeyemi agarwal aguilar ahmed ahn aigner aksoy aktas akter albrecht alghamdi
    alharbi ali allen almeida alonso alvarez alves amar amato andersen anderson andersson andre andreassen andrews
    antunes aoki appiah araujo arias armstrong arnaud arnold arslan asante aslan atkinson aubert avraham axelsson
    aydin azevedo aziz azoulay babic bailey baker bakken bakker balazs balint ball balogh balogun banerjee baran
    barbier barbieri barbosa barbu barker barlow barnes barone barrett barros barton bauer baumann bautista beck
    becker beek begum belanger bell bello benedetti benes bengtsson benitez bennett berg berge berger bergeron
    berglund bergman bergmann bergstrom bernard berry bertrand bevan bhatt bianchi bianco binder bird biro bishop
    biton bjork blanc blanchard blanco blazevic boateng boer bohm bonnet booth bos bose botha bouchard boucher
    bourgeois boyd boyer bozic bradley brandt braun bravo brennan broek brooks brouwer bruijn brun brunet brunner
    bruno bryant bui bulut burke burns busch butler butt byrne caballero cabrera cai cakir calvo cameron campbell
    campos cano caputo carbone cardoso carmona caron carr carrasco carroll carter caruso carvalho castillo castro
    cattaneo cavalcanti celik cermak cerna cerny cetin chan chapman charles chatterjee chaudhary chavez chen cheng
    cheung chevalier cho choi chopra chowdhury christensen christiansen chua chung ciobanu claes clarke clement
    coelho cohen colas coleman colin collins colombo constantin conte conti contreras cooper coppola correia cortes
    costa cote cox crawford crespo cristea cruz cui cunha cunningham dabrowski dahan dahl daly dang daniels
    danielsson das david davidson davies davis deangelis dekker delacruz delgado deluca demir deng denis desai
    desantis desmet dias diaz dietrich diez dijk dijkstra dimitriou dimitrov dinh dinu dixon djordjevic dlamini
    dobre dogan doherty dolezal dominguez dong doyle du dubois dudek dufour dumas dumitru dumont duncan dunn dunne
    duong dupont dupuis duran durand dutta duval dvorak dvorakova ebner eder edwards egger eide eklund ellis endo
    engel engstrom erdogan eriksen eriksson esposito esteban estrada evans eze fabbri fabre farias farina farkas
    farouk faure feher fekete feng ferguson fernandes fernandez ferrara ferrari ferraro ferreira ferrer ferri fiala
    fischer fisher fitzgerald fletcher florea flores flynn fodor fonseca fontaine fontana forsberg fortin foster
    fournier fowler fox francis francois franke fraser fredriksson freeman frei freitas friedman friedrich fuchs
    fuentes fujii fujiwara fukuda fuller gabay gagne gagnon gaillard gal gallagher gallardo gallego galli gallo
    garcia gardner garnier garrett garrido gatti gauthier gautier gentile georgiev georgiou gerard gerber gheorghe
    ghosh gibson gil gill gimenez giordano girard giraud giuliani goh gomes gomez goncalves gonzales gonzalez
    goodwin goossens gordon gorski goto graaf grabowski graf graham grant grassi grasso gray greco greene grgic
    griffin griffiths groot gross gruber guerin guerrero guillot guler gulyas gunawan gundersen gunnarsson gunther
    guo gupta gustafsson gutierrez guzman haan haas hadad haddad hagen hahn hajek hakansson halvorsen hamalainen
    hamdan hamilton han hancock hansen hansson haque harada hargreaves harper harris harrison hartmann hartono
    hasegawa hashimoto hassan haugen hawkins hayashi hayes heikkila heikkinen heinonen heinrich henderson hendriks
    henriksen henriksson henry hernandez herrera herrero herrmann heuvel hicks hidalgo hidayat ho hoang hodgson
    hoekstra hofer hoffman hoffmann hofmann holland holm holmes hong horak horakova horn horvat horvath hossain
    howard hu huang huber hubert hudson hughes huisman hussain hussein huynh hwang ibanez ibrahim iglesias ikeda
    ilic iliev inoue ionescu ionita iqbal isaksson ishii ishikawa islam ito ivanov ivanova iversen iyer jablonski
    jackson jacobs jacobsen jager jain jakobsen jakobsson jang jankowski jansen janssens jansson jarvinen jaworski
    jean jelinek jenkins jensen jeon jeppesen jesus jiang jimenez johannessen johansen johansson johnsen johnson
    jokinen joly jonasson jones jonsson jorgensen joshi jovanovic juarez juhasz jung juric kaczmarek kaiser kamau
    kaminski kang kapoor kara karjalainen karlsen karlsson kato katz kaur kavanagh kaya keller kelly kemp kennedy
    khalil khan khatun khumalo kilic kim kimura kinnunen kiraly kis kjaer klein knezevic knudsen kobayashi koc koch
    kocsis kohler kok kolar kondo konig korhonen korkmaz koskinen koster kovac kovacevic kovacic kovacs kowalczyk
    kowalska kowalski kozlowski kral kramer kraus krause krawczyk krishnan kristensen kristiansen kriz krol krueger
    kruger kucera kucerova kuhn kumar kurniawan kurt kwiatkowski kwon lacroix laine laitinen lakatos lambert lang
    lange larsen larsson lau laurent lauridsen lavoie lawson leach leblanc lechner leclerc leclercq lee leeuwen
    lefebvre lefevre legrand lehmann lehtinen lehtonen leitner lemaire lemoine leon leone leroux leroy leung
    levesque levi lewandowski lewis li liang lim lima lin lind lindberg linden lindgren lindqvist lindstrom liu
    lloyd lombardi lombardo longo lopes lopez lorenz lorenzo louis lowe lozano lu lucas ludwig lund lundberg
    lundgren lundin lundqvist luo ly lynch ma macdonald machado mackenzie macleod madsen maes magnusson magyar
    mahmoud maier majewski makela makinen malhotra malik malinowski malka mancini mansour marchand marchetti marek
    mariani maric marie marin marini marino markovic marques marquez marshall martin martinelli martinez martini
    martins martinsen mason masson matei mathieu matic matos matsuda matsumoto matthews mattila mattsson mayer mazur
    mazza mccarthy mccoy mcdonald medina meer mehta meier meijer melo mendes mendez mendoza menon mensah mercier
    mertens messina meszaros meunier meyer michalak michalski michel middleton miller mills mishra mitchell miura
    mizrahi moen mokoena moldovan molina moller molnar montanari monteiro montero montgomery monti moore mora morais
    morales moreau moreira morel morelli moreno moretti morgan mori morin morris morrison mortensen moser moura moya
    mueller mukherjee mulder muller munoz munteanu murakami murphy murray mwangi myers nagy naidoo nair nakagawa
    nakamura nakano nascimento nash nasser nasution navarro navratil ndlovu nelson nemec nemeth neumann neves ng ngo
    nguyen nichols nicolas nielsen niemi nieminen nieto nikolaou nikolic nikolov nilsen nilsson nishimura nistor
    nkosi noel nogueira nolan norris novak novakova novotna novotny nowak nowakowski nowicki nugroho nunes nunez
    nwosu obi obrien ocampo oconnor ogawa ohayon oikonomou okada okafor okamoto okeke okonkwo olah oliveira oliver
    olivier olofsson olsen olson olsson olszewski oneill ong orsos ortega ortiz osborne osei ostrowski ota otieno
    otto ouellet owens owusu ozcan ozdemir ozkan ozturk palmer palumbo pan pandey papadopoulos papadopoulou
    papageorgiou papp paquette parisi park parker parra pascual pastor patel patterson pavic pavlovic pawlak
    pawlowski payne pearce pedersen peeters pellegrini pellegrino pelletier pemberton pena peng pereira peretz perez
    perkins perrin perry persson peters petersen peterson petit petrov petrova petrovic pettersson pfeiffer pham
    phan philippe phillips picard pichler pierce pierre pietrzak pillai pillay pinter pinto piotrowski pires pohl
    pokorny polat pop popa popescu pospisil poulsen powell power pratama prieto prins prochazka prochazkova pugh
    quinn qureshi racz radic radu rahman ramirez ramos rantanen rao raposo rashid rasmussen reddy reed rees reis
    reiter ren renard renaud reyes reynolds ribeiro ricci rice richard richards richardson richter riley rinaldi
    rios rivera riviere rizzi rizzo robert roberts robertson robin robinson rocha roche rodrigues rodriguez roger
    rogers rojas rolland roman romano romero rose ross rossetti rossi roth rousseau roussel roux roy rubio ruiz
    russo rusu rutkowski ruzicka ryan saad saarinen saez sahin saito sakamoto sala salazar saleh salminen salo
    salonen samuelsson sanchez sandberg sanders sandoval sanna santana santiago santoro santos santoso sanz saputra
    sasaki sato sauer savolainen schaefer schafer schmid schmidt schmitt schneider scholz schouten schreiber
    schroder schroeder schubert schultz schulz schulze schumacher schuster schwarz scott sedlak seidel sen serban
    serra serrano setiawan shah sharma shaw sheikh shen shimizu shin sikora silva silvestri simard simmons simoes
    simon simpson simsek sinclair singh sipos siregar sithole sjoberg slater smit smith smits snyder soares solberg
    soler sommer song sorensen soto sousa souza spencer stan stein steiner stephens stepien stevens stewart stoica
    stojanovic stoyanov strand suarez subramanian suh sullivan sun susanto sutherland suzuki svendsen svensson
    svoboda svobodova szabo szewczyk szilagyi szucs szymanski takacs takahashi tan tanaka tang taylor teixeira tekin
    teo testa thomas thompson thomsen thornton tian tiwari todorov tomaszewski tomic torok torres toth tran tremblay
    truong tucker tudor tuominen turner turunen uddin unal ungureanu urban valentini van-wyk vanek varga vargas
    vasileiou vasquez vazquez veen vega velasco velazquez venter verma vermeulen vesela vesely vestergaard vicente
    vidal vieira villa vincent virtanen visser vitale vo vogel vogt voigt vos vries vu vukovic wagner walczak walker
    wallace wallin wallner walsh walter wang ward warren washington watanabe watkins watson webb weber wei weiss
    welch wells wheeler whitaker wibowo wieczorek wijaya wikstrom wilkinson willems williams willis wilson wimmer
    winkler winter wisniewski wit witkowski wojciechowski wojcik wolf wolff wong woods wouters wozniak wright wrobel
    wu xiao xie xu yadav yamada yamaguchi yamamoto yamazaki yang yavuz yildirim yildiz yilmaz yip yoo yoon yosef
    yoshida young yuan zajac zeman zeng zhang zhao zheng zhong zhou zhu ziegler zielinski zimmermann γεωργιου
    νικολαου παπαδακης παπαδοπουλος алексеев андреев бондаренко борисов васильев волков егоров зайцев захаров иванов
    коваленко коваль козлов кравченко кузнецов лебедев макаров марченко мельник михайлов морозов никитин николаев
    новиков олійник орлов павлов петров поліщук попов семенов смирнов соколов соловьев степанов ткаченко федоров
    шевченко шевчук
    abbasi abdelrahman abebe abernathy abiodun abouzeid acheampong adebayo adeleke adeniyi adesina afolabi afridi
    agbayani agyeman ahmadi ahonen ajayi akande akbari akinola alabi alaoui alemu aliyu amadi amiri amoah ankrah
    annamalai annan ansari anyanwu aoun aquino arizmendi arunachalam asadi asamoah avila awan ayala ayele bae baek
    bagheri bai bakr balagtas balasubramanian baloch bangash bansal barasa barghouti barrera behrens bekele belkacem
    benali benjelloun bennani beridze berisha berrada bhardwaj bhattacharya bhatti bhosale bhutto biswas blankenship
    blondal bodnar bonsu boonmee borchert bouazizi boudreaux boumediene bracamontes brady breznay brinkmann
    broussard buenaventura buhari bukhari bunnag bustamante buthelezi cantu cao cardenas carmichael cassidy
    catacutan cele cervantes chacko chaiyaporn chaiyasit chakraborty chandra charoenpong chaturvedi chaudhry chauhan
    chawla chebet cheema chettiar chidambaram chraibi chukwuemeka cisneros cojuangco cordova costello csonka cuevas
    dai danjuma darko deshmukh deshpande desta diekmann dillard dimaculangan dimagiba dubey durrani duterte dwivedi
    ebrahimi einarsdottir ekwueme elbaradei elidrissi elizondo elmasry elsayed elshazly enriquez escamilla esfahani
    espinoza eubanks evangelista fahmy fairbanks fan farahani farrokhzad fashola fayyad figueroa fontenot freytag
    frimpong fu fulop furukawa gaber gaines galvan gandhi ganguly gao garg garza gashi gatchalian gathoni gebre
    gelashvili gemayel ghali ghasemi ghorbani gillani giorgadze githinji gjoni godinez goel gokhale golestani gondal
    gounder govindasamy grewal guidry gyasi haapala haile hariri hashemi hashmi hebert hegazy hegedus helgadottir
    hennessy heo heydari higashi hinrichs hirano hogan hollingsworth hosseini hou hoxha huerta husseini hutchins
    hutchinson hyvonen ibekwe ifeanyi igwe imai inagaki intharaphan iwasaki iwu jadhav jadoon jafari jaidee janjua
    jantarat japaridze jefferson jha jin jonsdottir jumblatt kaewmanee kamath kandasamy kaneko kangas kapanadze
    karanja karimi kariuki kaul kawaguchi kawamura kayani kazemi kazmi kebede kelemen kelmendi kenyatta kermani
    kertesz kettunen khanna khatami khatri khattak khokhar khosravi khoury khutsishvili kibaki kibet kikuchi kimani
    kinoshita kiplagat kleinschmidt kohli kojima kongkaew krasniqi krishnamurthy kristjansson kroger kubo kudo
    kuhlmann kulkarni kurian kuroda kurup kusuma kvaratskhelia lacson lai landry lansangan lappalainen lawal leekpai
    lestari lodhi lomidze luders lugo lukacs lumibao mabaso macapagal macaraeg macharia maeda magsaysay mahajan
    mahlangu maisuradze maldonado manalo manansala marcos maruyama maseko masuda mathew mathur matsui matsuo mbah
    mbugua mcallister mcdaniel mcgrath mcloughlin mehra mekonnen memon meng miah milosevic mirza mirzaei mittal
    miyamoto mizuno mkhize mohammadi molefe moloi mondal moradi morita mousavi mthembu mubarak mudaliar murata
    muthoni muthusamy mutiso myllymaki nadar nagai naguib najafi nakajima nakayama nam nambiar namboodiri naqvi
    narayanan nashashibi natarajan nath nava nazari ndungu ngcobo niazi nishida niskala njoroge nnadi noguchi nomura
    norouzi nwachukwu nwankwo nxumalo nyongo obasanjo ochieng odhiambo odili odinga oduya ofori ogbonna ogola
    ogunleye ojo okazaki okoro okoye oladipo olafsson olatunji olawale olvera omondi omotola onishi ono onuoha
    onwudiwe onyango onyekachi opara opoku orakzai oreilly orosz orourke osagie ostermann osullivan otsuka ouyang
    oyedepo oyelaran ozawa pacquiao padilla pahlavi palaniswamy pande panganiban pangestu pangilinan panicker
    panyarachun parmar parthasarathy pasztor patil pawar pendergrass perumal phanich phromsiri poggensee ponce
    prasad promma pulkkinen purnomo putra qian qin qiu quarles quaye quintanilla radebe rademacher rafsanjani
    raghavan rahayu rahimi rajagopal rajput rama ramachandran ramakrishnan ramasamy rana ratanaporn rathore
    rattanaporn rautiainen rawat reinhardt rezaei ridgeway rizvi robles rosales rostami ruto ryu saarela sadat
    sadeghi saelee saelim saetang sahoo sakai sakurai salehi salinas salonga sangthong sarkar sarpong saxena
    schluter selvaraj sengupta seo sethi shafik shaheen shangguan shehu shetty shi shibata shinawatra shinde shirazi
    shukla siddiqui sidhu sigurdsson sima simanjuntak sinha situ situmorang sivaraman solanki soliman solis soltani
    somboon soni sood sotto soyinka srisai srisawat srisuk srivastava stahlhut stankovic stefansdottir stubblefield
    su subagyo subramaniam sudirman sugimoto sugiyama suharto sukarno sukhumvit sukma suksai suksawat sumulong
    sundaram suryadi sutanto suwannarat swaminathan syahputra szekeres szuts tabrizi tadesse takagi takeda tamura
    tandon taniguchi tanjung tapia tazi tehrani tesfaye tetteh thakur thangaraj thevar thibodeaux thiele thongchai
    thongdee thorarensen tikkanen tillman tlapa tolentino toroscik trevino trivedi tshabalala tsiklauri tsuji tyagi
    uchida ueda ueno ugwu umeh upadhyay utomo uzor vaisanen valdez varghese varma vejjajiva velez venkatesan
    vilakazi villanueva villarreal viswanathan voros vyas wafula wan wanyama warraich warrier waweru wegener
    whitfield wibisono widodo winata wolde wongsakul wongsawat worku xicotencatl xiong yakubu yao yazdani ye yeboah
    ylitalo yokoyama yousafzai yu yusuf zaidi zaki zamora zandi zarei zhuge zsigmond zulu zungu zuniga zwane
    guðmundsdottir þorsteinsson אברהם אדרי אוחיון אזולאי ביטון גבאי דהן חדד יוסף כהן כץ לוי מזרחי עמר פרידמן פרץ
    שפירא აბაშიძე ბერიძე ბოლქვაძე გელაშვილი გიორგაძე დოლიძე კაპანაძე კვარაცხელია კიკნაძე ლომიძე მაისურაძე მამედოვი
    მჭედლიშვილი ნოზაძე ჩხეიძე ცინცაძე წიკლაური ხელაია ხუციშვილი ჯაფარიძე 三宅 堀 大川 川村 早川 望月 木内 本間 永井
    浜田 片山 荒木 西尾 関 黒川
    """
)

SUFFIX: Final = re.compile(
    r"(?:ski|ska|cki|cka|dzki|dzka|wicz|czyk|czak|owa|ova|eva|ovna|evna|ovich|evich|ovic|evic|enko|chuk|chenko|yan|ian"
    r"|sson|ssen|dottir|opoulos|opoulou|idis|iadis|akis|aki|escu|eanu|oglu|gil|sky|skaya|skiy|skyi|vili|dze|shvili"
    r"|berg|mann|hauser|meier|mayer|huber|strom|gren|quist|qvist|lund|nen|ainen|inen|sen|ez|ini|elli|etti|ucci|oni"
    r"|ard|aux|eau|ault|inho|ães|stra|inga|ens|auskas|iene|aite|kov|nov|rov|lov|tov|dov|vov|kin|shin"
    r"|ов|ова|ев|ева|ин|ина|ский|ская|енко|чук|ук|юк|ич|ко|ян|дзе|швили|ець|ак|ів|ська|ський"
    r"|ου|ησ|οσ|ασ|ακησ|ιδησ|opoulos|sma|veld|huis|mans|sz|nagy|fi|escu|aru|iu|ea)$"
)
"""How family names end in many languages, in folded letters; weak alone, since words end so too."""

STRONG_SUFFIX: Final = re.compile(
    r"(?:sson|ssen|nsen|nen|escu|eanu|oglu|ovic|evic|opoulos|opoulou|idis|iadis|akis|enko|chuk|owski|ewski|inski|owska|ewska"
    r"|inska|czyk|czak|owicz|ewicz|ova|eva|shvili|dze|dottir|quist|qvist|kvist|strom|gren|berger|inger|hofer|bauer|maier|mayer"
    r"|meier|hauser|mann|etti|ucci|iello|acci|stra|sma|inga|rdez|ndez|nzez|lvarez|inez|iguez"
    r"|ов|ова|ев|ева|ски|ска|ский|ская|ський|ська|енко|чук|ович|евич|овна|евна|дзе|швили"
    r"|πουλοσ|πουλου|ακησ|ακη|ιδησ|ιδου|αδησ|αδου|ογλου|ελησ|ουδησ|εασ|ατοσ)$"
)
"""Endings that family names have and hardly any other word: where most words of a column end so, they are names."""

CJK_FAMILY: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左"
    "柳甘祝包宁尚符舒阮柯纪梅童凌毕單季裴張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭蔣葉蘇魏呂盧鍾譚陸范賈鄒龍賀顧龔邵萬錢嚴歐關"
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국"
)
CJK_FAMILIES: Final = (
    CJK_FAMILY
    | frozenset(
        "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常"
        "乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万"
        "支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴"
        "甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴鬱胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿"
        "阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
        "가간갈감강견경계고곡공곽구국군궁궉권근금기길김나난남낭내노뇌누단담당대도독돈동두류마매맹명모목묘묵문미민박반방배백범변복봉부비빈빙사삼상서석선설섭성소손송수순승시신심아안애"
        "야양어엄여연염엽영예오옥온옹왕요용우운원위유육윤은음이인임자장전점정제조종좌주준즙지진차창채천초최추탁탄탕태판패편평포표풍피필하학한함해허현형호홍화환황후"
    )
    | _words(
        """
        万俟 司马 上官 欧阳 夏侯 诸葛 闻人 东方 赫连 皇甫 尉迟
        公羊 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 公孙 仲孙 轩辕 令狐
        钟离 宇文 长孙 慕容 鲜于 闾丘 司徒 司空 남궁 독고 동방 사공 서문 선우 제갈 황보
        """
    )
)
"""All family names of China and Korea that are written with one sign, and those of two."""

JAPANESE: Final = tuple(
    sorted(
        _words(
            """
    佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森
    池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 斉藤 福田 太田
    西村 藤井 金子 岡本 藤原 三浦 中野 中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 原 内田 柴田 酒井
    宮崎 横山 高木 安藤 宮本 大野 小島 工藤 谷口 今井 高田 丸山 増田 杉山 村田 大塚 新井 小山 平野 藤本 河野 上野
    野口 武田 松井 千葉 菅原 岩崎 木下 久保 佐野 野村 松尾 市川 菊地 杉本 古川 大西 島田 水野 桜井 高野 渡部 山内
    吉川 西田 北村 飯田 西川
    """
        )
    )
)
"""Common family names of Japan."""
