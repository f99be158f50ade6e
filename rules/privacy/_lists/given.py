# ruff: noqa: RUF001 - names of other scripts look like Latin ones
"""Common given names of many countries, folded, without accents: a share of a column, never a single hit, is evidence.

Written from what is generally known of each country's most frequent names.
"""

from __future__ import annotations

from typing import Final

from rules.privacy._lists.headers import folded

GIVEN: Final = folded(
    """
    james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan joseph
    jessica thomas sarah charles karen christopher lisa daniel nancy matthew betty anthony sandra mark margaret
    donald ashley steven kimberly andrew emily paul donna joshua michelle kenneth carol kevin amanda brian melissa
    george deborah timothy stephanie ronald rebecca jason laura edward sharon jeffrey cynthia ryan dorothy jacob amy
    nicholas kathleen gary angela eric shirley jonathan emma stephen brenda larry pamela justin nicole scott anna
    brandon samantha benjamin katherine samuel christine gregory debra alexander rachel patrick carolyn frank janet
    raymond maria jack olivia dennis heather jerry helen tyler catherine aaron diane jose julie adam victoria nathan
    joyce henry lauren zachary kelly douglas christina peter joan kyle evelyn noah judith ethan megan jeremy cheryl
    walter andrea christian hannah keith jacqueline austin martha roger gloria terry teresa sean ann gerald sara
    carl madison harold frances dylan kathryn arthur janice lawrence jean jordan alice jesse abigail bryan julia
    billy bruce sophia gabriel grace joe denise logan albert willie amber alan doris juan marilyn wayne danielle
    elijah beverly randy isabella roy theresa vincent diana ralph natalie eugene brittany russell charlotte bobby
    marie mason kayla philip alexis louis lori harry oliver amelia isla ava mia freya lily evie ella leo oscar
    archie alfie liam lucas theo max felix finn hans klaus jurgen wolfgang stefan andreas uwe bernd ralf dieter
    markus matthias sven jens karl heinz horst gunter werner helmut gerhard manfred ursula monika petra sabine
    renate helga karin brigitte ingrid erika claudia susanne gisela birgit heike anja katrin silke lena leonie lea
    sophie lukas jonas leon ben elias philipp tobias florian sebastian jan tim nils fabian moritz johannes greta ida
    mila frieda pierre michel andre philippe rene alain jacques bernard marcel claude henri georges nicolas jeanne
    francoise monique nathalie isabelle sylvie anne martine camille chloe manon ines louise juliette jade hugo
    raphael jules mathis clement antoine thibault guillaume antonio manuel francisco javier carlos jesus alejandro
    miguel rafael pablo angel fernando sergio luis jorge alberto diego adrian carmen ana isabel cristina marta
    dolores lucia pilar elena paula raquel beatriz rocio silvia marco giuseppe giovanni mario luigi francesco angelo
    vincenzo pietro salvatore carlo franco domenico bruno paolo michele giorgio aldo luciano giuseppina rosa
    giovanna carmela caterina francesca giulia chiara federica alessandro matteo lorenzo davide simone riccardo
    stefano luca valentina elisa martina alessia sofia aurora joao paulo pedro luiz marcos marcelo eduardo felipe
    rodrigo tiago goncalo duarte francisca antonia adriana juliana marcia fernanda aline camila bruna leticia
    luciana vanessa mariana piet kees hendrik cornelis willem gerrit daan sem bram lars thijs ruben sanne lotte
    fleur anouk femke maaike marloes piotr krzysztof andrzej tomasz pawel michal marcin grzegorz jerzy tadeusz
    lukasz zbigniew ryszard dariusz henryk mariusz kazimierz wojciech katarzyna malgorzata agnieszka krystyna ewa
    elzbieta zofia janina joanna magdalena jadwiga danuta irena halina aleksandra anders mikael johan erik per ulf
    bjorn gunnar kristina eva kerstin birgitta astrid elsa saga ole niels soren mette kirsten hanne lone knut olav
    kari liv bjorg sigrid jukka juhani matti pekka timo antti mikko johanna helena anneli kaarina marjatta liisa
    petr pavel jiri josef martin tomas jaroslav miroslav zdenek vaclav jana hana lenka katerina lucie vera mehmet
    mustafa ahmet ali huseyin hasan ibrahim ismail osman yusuf murat fatma ayse emine hatice zeynep elif meryem
    serife laszlo istvan jozsef janos zoltan sandor gabor ferenc attila erzsebet katalin ilona andrei mihai ion
    ioana gheorghe vasile mohammed muhammad mohamed ahmed omar khalid hassan hussein fatima aisha maryam zainab
    layla noor salma yasmin amir reza hossein mahdi zahra moshe yosef avraham chaim noa tamar yael shira rajesh
    suresh ramesh amit rahul vijay sanjay anil ravi deepak priya anjali sunita kavita pooja neha lakshmi arjun rohan
    aarav wei fang min jing li xiuying qiang lei jun yang yong yan jie tao ming chao xia hiroshi takashi kenji
    yuki haruto sota yuto sakura hina yui aoi keiko yoko akiko minjun seojun jiho jiwon seoyeon minji chinedu emeka
    ngozi amaka kwame kofi ama akua thabo sipho nomsa zanele juma amina neema ivan dmitri sergey andrey alexey
    alexei mikhail nikolai vladimir olga natalia tatiana irina svetlana anastasia ekaterina yelena oleksandr andriy
    oksana nikos yannis giorgos dimitris eleni иван дмитрий сергей андрей алексей михаил николай владимир ольга
    елена наталья татьяна ирина светлана анастасия екатерина анна мария александр максим юлия павел артем γιωργος
    μαρια νικος ελενη δημητρης wendy holly april heidi tanya tara kristen kristin courtney jasmine paige brooke
    haley hailey kaitlyn caitlin lindsay lindsey whitney erin robin tina carla monica veronica angelica alicia
    felicia cassandra bianca priscilla yolanda brent brett chad cody corey craig curtis dale damon darren darryl
    derek dustin dwayne edwin ernest francis fred gavin glenn gordon grant greg hector herbert ian isaac jared jay
    jeffery jerome jimmy joel jon jonathon julian kent kurt lance lee leonard leroy leslie lloyd lonnie marc marcus
    marvin maurice melvin micheal mitchell morgan neil norman perry phillip randall ray raul ricardo rick rodney
    roland ronnie ross shane shannon shaun shawn sidney spencer stanley ted theodore todd tommy tony travis trevor
    troy tyrone vernon wesley zach abdul adele agnes alma annette audrey bernadette bernice bessie bethany beth
    bonnie candace carrie cathy cecilia charlene chelsea claire clara colleen connie crystal cindy daisy dana
    darlene dawn debbie delores desiree eileen elaine eleanor ellen elsie erica esther ethel faith fiona gail gemma
    geraldine gillian gina ginger gladys gwendolyn hazel hilary irene jackie jane jeanette jenna jenny jill jo
    joanne jocelyn jodi josephine joy juanita kara kate kathy katie kay kendra kerry kim kirsty krista latoya leah
    lois loretta lorraine lucille lucy lydia lynn mabel mandy marian marjorie marsha maureen maxine melanie melinda
    meredith mindy miranda misty molly naomi nina nora norma patsy peggy phyllis rachael regina rhonda rita roberta
    rosemary roxanne ruth sabrina sally sandy selena sheila shelby shelley sherry sonia stacey stacy sue suzanne
    sylvia tammy terri thelma tiffany toni tonya tracey tracy valerie vicki vickie violet vivian wanda yvonne yvette
    zoe abbie callum connor declan dominic duncan elliot elliott frederick geoffrey graeme graham hugh jamie lewis
    lorna nigel owen reece rhys rory rosie rupert stewart stuart tom toby alisha ashleigh bethan georgia jodie achim
    adolf alfred alois annegret annelie anneliese anette antje arnold axel balthasar barbel beate bernhard bettina
    bodo boris britta burkhard christa christel christoph cornelia dagmar detlef dierk dirk eberhard eckhard edith
    egon elfriede elke elmar emil erich ernst erwin eugen evelin ewald franz franziska fritz gabriele georg gerda
    gerd gero gertrud gottfried gregor gudrun gunther hannelore hartmut heiko heiner heinrich henning hermann hilde
    hildegard holger hubert ilse imke inge ingo irmgard isolde jochen jorg jutta kai karl-heinz karsten kathrin
    katharina konrad lieselotte lorenz lothar ludwig lutz magda maik margarete margot marion mathilde melitta milena
    mirjam nadine nadja norbert olaf oskar otto pascal reinhard reinhold reiner rainer rolf rosemarie rudolf sonja
    stephan susann swantje thea theresia thorsten torsten trude udo ulla ulrich ulrike ute uta verena veit volker
    waltraud wiebke wilfried wilhelm willi winfried wolfram xaver adrien agathe aimee alexandre alexandra alix
    alphonse amelie anais andree angelique annick arnaud aude auguste aurelie aurore bastien baptiste benoit
    bertrand capucine cecile celina celine celeste chantal christelle christiane christophe claudine colette
    constance corinne cyril damien delphine denis didier dominique dorothee edouard eleonore elodie eloise emile
    emilie emmanuel emmanuelle etienne eugenie fabien fabrice florence franck francois frederic frederique gabrielle
    gaelle genevieve gerard gilbert gilles gregoire guy gustave helene henriette honore hortense hugues jeannine
    josette julien laetitia laure laurence laurent luc lucien ludovic lydie madeleine marcelle margaux marguerite
    marianne marie-claude mariette marine marthe maxime mireille muriel myriam nath noel noemi odette odile olivier
    oceane pascale patrice paulette penelope philippine raoul regine remi remy renee romain sandrine sebastien simon
    solene solange stephane therese thibaut thierry timothee tristan valentine veronique victor victoire virginie
    xavier yann yannick yves zacharie aitana alex alvaro amparo andreu andres anselmo araceli aitor asuncion aurelio
    azucena begona belen benita benito bernardo berta blanca borja candela candelaria carlota catalina celia cesar
    chema chus concepcion consuelo cristobal cruz curro debora domingo edgar eloy elvira emilia emiliano emilio
    encarnacion enrique ernesto esperanza esteban estela ester eugenia eusebio fabiola federico felicidad fidel
    flora florentino gabino gabriela gaspar gema gerardo german gilberto gonzalo gregorio guadalupe guillermo
    gustavo haydee heriberto hernan horacio ignacio inmaculada isidoro ismael iker jacinto jaime jenaro jeronimo
    joaquin josefa josefina josep juana julieta julio lara leandro leonardo leonor leopoldo lidia lorena lourdes
    lucio luisa manuela marcelino marcial margarita mariano maribel maricela marina maite mateo matias mauricio
    maximino mercedes miriam modesto moises montserrat natividad nazaret nicolasa nieves noelia nuria octavio ovidio
    paca paco paloma pancho patricio paz piedad purificacion ramiro ramon rebeca reina renata reyes roberto rodolfo
    rogelio rolando roman roque rosalia rosalina rosario salvador santiago saul sergi silvestre soledad susana
    tamara teodoro teresita trinidad valentin vasco vicenta vicente violeta virgilio virginia wilfredo ximena yago
    zaira agostino alberta alba alessandra amalia ambra amedeo angelina annamaria annalisa antonella antonello
    ariana arianna armando arnaldo arturo asia beatrice benedetta benedetto calogero camillo carolina cesare cinzia
    claudio clelia concetta corrado cosimo costanza cristian cristiano daniela daniele danilo dario dino donatella
    donato edoardo eleonora eliana elio eloisa emanuele enrica enrico enzo ermanno ettore eugenio fabio fabrizio
    fausto fedele ferdinando filippo fiorenzo flavia flavio fulvio gabriella gaetano gianluca gianmarco gianni
    giacomo gian gianfranco gianpaolo giampaolo ginevra gino gioacchino gioele giuliana giuliano giulio goffredo
    graziano graziella guido ignazio ilaria irma italo ivano jacopo ilario lamberto lauretta liliana lina livia
    lodovico loredana luana lucrezia ludovica luigina marcella marcello margherita marianna mariella marisa massimo
    mattia maurizio michela mirella mirko nadia nicola nicoletta nicolo nino oreste ornella orlando osvaldo ottavio
    patrizia piera piero piergiorgio pina pompeo raffaele raffaella renato renzo rocco romeo rosaria rosina rossana
    ruggero sabina sandro santina saverio serena severino silvio simona stefania susanna tarcisio telemaco tiziana
    tiziano tommaso tonino torquato tullio ubaldo ugo umberto valeria valerio vanni viola vito vittoria vittorio
    viviana abel afonso agatha alana ana-clara ana-luiza augusto benicio breno caio caleb calebe caua dante davi
    davi-lucca diogo eduarda eloa emanuella emanuelly erick filipe gael guilherme heitor heloisa henrique igor
    inacio isabelly isadora isis josue kaique kamilly larissa lavinia levi luan lucca luna luiza marcela maria-alice
    maria-clara maria-eduarda maria-julia maria-luiza maria-sophia matheus murilo otavio pietra raissa renan stella
    stephany thales thiago vinicius vitor vitoria yuri adriaan aart anke annelies annemarie anneke anton arend arie
    arjan bart bas bert casper chris christiaan coen damian eline elise els evert evi fenna ferdinand frederik frits
    gijs hanna harm heleen hendrika henk iris isa jaap jacoba jasmijn jasper jelle jeroen jet jip jochem joep joost
    jord jos joris jurre karlijn klaas koen kyra lise lieke loes luuk maarten maartje marieke marijke marijn marit
    marleen marlies martijn mees mels merel mick mieke mike milan milou nick niek nienke nynke paulien pim pieter
    pien quinten ria rik rianne rob robbert roel roos rosalie ron ruud saar sander senna siem sjoerd stef stijn tess
    teun teunis tijmen tijn tessa toon tycho willemijn wim wouter yara adrianna aleksander alicja anastazja aniela
    anita antoni apolonia arkadiusz artur aurelia bartlomiej bartosz beata blanka boguslaw boguslawa bozena
    bronislawa cezary cyprian czeslaw dawid dominik dominika dorota edyta eliza eryk eugeniusz faustyna filip
    franciszek grazyna gustaw ignacy iga inga izabela jacek jagoda jakub jaroslaw jeremi joachim jolanta jozef
    judyta julita julianna juliusz kacper kaja kalina kamil kamila karol karolina kazimiera kinga klara konstanty
    kornel kornelia krystian ksawery leszek liwia lucja lucyna ludwik maciej maks maksymilian malwina marceli
    marcelina marek mariola maurycy mateusz maja melania mieczyslaw mieszko mikolaj milosz miroslaw natan nataniel
    natasza nikodem nela oktawian ola olgierd oliwia oliwier patryk paulina przemyslaw radoslaw rafal roksana
    rozalia ryszarda slawomir stanislaw stanislawa sylwia szymon teodor tola tymon tymoteusz urszula weronika
    wieslaw wieslawa wiktor wiktoria witold wlodzimierz wladyslaw zdzislaw zuzanna zygmunt agneta albin alva
    ann-christin anna-karin annika arne arvid asa barbro bengt berit bertil bo bosse britt carina carl-gustaf
    charlotta christer dag ebba eila elin elisabet ellinor emmy fredrik frida gosta goran gunilla gun gunnel gustaf
    gustav hakan hampus harald hjalmar inga-lill inger ingemar ingvar isak jesper joakim jorgen josefin kaj
    karl-erik katarina kjell krister lars-erik lennart leif linnea linus lisbeth lova love ludvig maj majken
    malin margareta mari mats matilda mattias melker mona ossian pelle per-olof pernilla pontus rasmus rebecka rune
    sixten solveig staffan sten stig stina sture sune svante tora tore tove tyra ulrika urban vega vilhelm
    viktor viveka wilma wille ylva ake asta allan anker anne-marie asger bente bent birgitte birthe bodil carsten
    dorte ejner erling esben flemming frederikke gitte grethe helle henrik ingelise jakob jette jytte karina kasper
    kjeld knud lasse lene lis mads magnus maren merete mikkel mogens morten nanna nicoline nikolaj ove palle
    pernille pia poul preben rikke signe sofie svend torben troels uffe vibeke villads vivi arild asbjorn aud
    aslaug borghild egil einar eirik eivind espen frode geir grete gro gunn guro halvor hege helge ingebjorg
    ingeborg ivar jan-erik jarle jorun jostein kare karianne kjersti kristian kristoffer linn magne marte odd oddvar
    oystein pal ragnar ragnhild silje sindre siri sissel sivert snorre stian stine sveinung terje tone tor
    tord trine trond tuva unni vegard vidar wenche aino antero anni arja arto aulis eero eeva eija eino elina erkki
    esa hannele hannu harri heikki heli helmi henna ilkka inkeri irja jaakko jaana janne jari jarmo jorma jouko
    jouni juha juho jussi kaarlo kaija kalevi kalle katja kimmo kirsi kyllikki lauri leena maija maarit marja marjo
    marko markku martti mauri merja mervi mika minna mirja mirjami niina niko oskari olavi olli orvokki outi paavo
    paivi pasi pauli pentti pertti petri petteri pirjo pirkko raija raimo reijo reino ritva riitta riikka risto
    saara sakari sami sampo sanna sari satu seija seppo sinikka sirkka sirpa soile sointu taina tapani tapio tarja
    tauno teemu terhi terttu tero tiina toivo tuija tuomas tuula tuomo tuulikki unto urho vaino veikko vesa vilho
    ville virpi yrjo adela ales alena alzbeta anezka antonin barbora bedrich blazena bohumil bohumir bohuslav
    bretislav dalibor denisa dita drahomira dusan eliska frantisek frantiska hedvika hynek iva ivana iveta jarmila
    jarmil jindrich jirina jitka jolana karel kristyna kvetoslava ladislav leos libor libuse lubomir lubos ludmila
    marketa markéta matej matyas michaela milada miloslav milos miluse miroslava oldrich ondrej otakar patrik pavla
    premysl radek radka radim romana rostislav ruzena sona stanislav stanislava stepan stepanka sarka svatopluk
    tereza tibor vendula veronika viktorie vitezslav vladislav vlasta vojtech zbynek zdena zdenka zuzana adrienn
    akos aladar andor aniko arpad aron balazs balint barnabas bela bence bertalan boglarka boldizsar botond
    csaba csenge csilla dalma dezso dora donat dorottya edit eszter emese emoke endre eniko erno ervin fanni
    fruzsina gergely gergo gizella gyorgy gyula gyongyi hajnalka henrietta hunor ibolya ildiko imre iren izabella
    jeno jolan judit juliska kalman karoly kata krisztian krisztina lajos levente lili lilla lorant magdolna marcell
    mariann marton mate mihaly miklos mirtill mora nandor odon orsolya panna piroska reka roza szabolcs szilard
    szilvia szonja tamas tekla terez terezia timea tivadar tunde vendel viktoria vilmos virag vivien zita zsanett
    zsofia zsolt zsombor zsuzsanna zsuzsa adelina adina alexandru alin alina anca andreea anghel aurel aurica bogdan
    camelia catalin cezar ciprian claudiu constantin constanta corina cornel cosmin costel costin crina dan daria
    dinu doina dorel dorin dorina dumitru ecaterina eduard emilian flavius florentina florica florin gabi georgiana
    georgeta gica grigore haralambie horia iacob iancu ileana ilie ionel ionela ionut iosif iulia iulian iuliana
    larisa laurentiu leontin liviu lucian luminita madalina manole maricica marilena marin marinela marius matei
    mihaela mihail mircea mirela mirel mirona narcis neculai nelu nicolae nicoleta nicu nicusor niculina octavian
    oana olimpia ovidiu paraschiva petre petru petronela petrica raluca radu rares razvan remus rodica roxana
    ruxandra sabin sanda sava serban sergiu silviu smaranda sorin sorina stan steliana stelian teodora tiberiu
    timotei toma traian tudor valeriu vasilica viorel viorica virgil virgiliu vlad vladut zaharia adem adnan akin
    alper alev altan arda arif asli asuman atakan ates ayca aydin aygul ayhan aylin aynur aysegul aysel aysun aytac
    baris bahar banu baran basak batuhan bayram bedia behcet bekir belgin belma berat beren berk berkay berna betul
    bilal bilge birol birsen bora bugra bulent burak burcu burhan can canan cansu celal cem cemal cemil cengiz cenk
    ceren cevdet cigdem cihan deniz derya dilara dilek dincer duygu ebru ece eda efe ege egemen ekrem elcin emel
    emrah emre ender engin enver ercan erdal erdem eren ergin erhan erkan erol ersin esra eymen eylul ezgi fahri
    faruk fazil fehmi ferhat feride fevzi figen filiz firat fikret fulya funda furkan gamze gizem gokce gokhan gonca
    gonul gul gulay gulcan gulden gulen gulnur gulsah gulsen gulsum gunes gurkan hale halil haluk hamza handan hande
    harun hasret hazal hikmet hulya husnu ilhan ilkay ilker inci ipek irem irfan kadir kadriye kaan kemal kerem
    kerim koray kubra kursat leman levent leyla mahir mahmut melek melih meliha melike melis meltem memduh mert
    merve metin mualla muhammet muhittin muge mukaddes munevver musa muzaffer nalan narin nazan nazli necati
    necla nermin nese neslihan nesrin nevin nihal nihat nilay nilgun nilufer nuray nurcan nurettin nurgul nurhan
    nuri oguz oguzhan okan oktay omer onur orhan orkun ozan ozge ozgur ozlem pelin pinar rabia ramazan recep refik
    remzi reyhan riza ruya sabahattin sabri sadik saliha salih savas seda sedat sefa selcuk selim selin selma semih
    semra senem serap sercan serdar serhat serkan sevda sevgi sevil sevim sevinc sibel sinan sinem suat sukran sule
    suleyman sultan tahir tahsin taner tarik tarkan tayfun tolga tufan tugba tugce tulay tuna tuncay turan turgay
    turgut ufuk ugur umit umut vedat volkan yagmur yakup yalcin yasar yasemin yavuz yeliz yesim yigit yildiray
    yilmaz yonca yuksel zafer zehra zekeriya zeki zerrin ziya zubeyde ananya aditi aditya ajay akash akshay alok
    aman amitabh amol amrita anand ananth anjana ankit ankita anushka anuradha aparna arnav arpita arun asha ashish
    ashok ashwin avinash babu bharat bhavna chandra chetan dev devi dhruv dinesh divya ekta farhan gauri gaurav
    geeta girish gopal govind harish harsh hema hemant indira isha ishaan jagdish jatin jaya jayant jyoti kabir
    kailash kajal kamal kamala kapil karan karthik kartik kavya kiran kirti krishna kunal lalit lata madhav madhu
    madhuri mahesh manish manisha manju manoj mayank meena meera mohan mohit mukesh mukul nandini naresh naveen
    navin neelam neeraj nidhi nikhil nikita nirmala nisha nitin pallavi pankaj parth pradeep prakash pramod pranav
    prashant prasad pratik praveen prem preeti pushpa radha raghav raj raja rajan rajani rajeev rajendra rajiv
    rakesh ram rama raman ranjit rashmi ratan reema rekha renu reyansh rishi ritika ritu riya rohit roshni rupa
    sachin sagar saket samir sandeep sandhya sangeeta sanjana sanjeev santosh sarita satish saurabh savita seema
    shalini shankar shanti sharad shashi shilpa shivam shobha shreya shruti shubham siddharth sita smita sneha sonal
    sonali srinivas subhash sudha sudhir sujata suman sumit sundar sunil supriya surya sushil sushma swati tanvi
    tarun tejas uday uma umesh usha vaibhav vandana varun vasudha veena venkat vidya vikas vikram vikrant vimal
    vinay vineet vinod vishal vivaan vivek yash yogesh abdullah abdulaziz abdulrahman adel ahmad aida aiman akram
    alia alaa amal amani amer amin ammar anas arwa asma ayman aya aziz badr bashir basma dalia dina diya dunia ehab
    eman essam fadi fahad faisal fares farid faris fawaz fouad ghada habib haitham hala hamad hamed hamid hani hanan
    hazem heba hind hisham huda husam iman imran jamal jamila jawad karima khadija khaled khaldoun lamia latifa
    lubna mahmoud maha mai majed malak manal mansour marwa marwan may mazen mohannad muna nabil naif najwa
    nasser nawal nermeen nizar nour omnia osama qasim rabab rami rana rania rasha rashid rawan reem rim riham saad
    sabah sahar said saif salah saleh salim salem salman samira sana sawsan shadi sherif suha sulaiman taha tamer
    tareq tariq thamer turki wael waleed walid yasir yasser yousef youssef zaid zain zaki zeinab ziad ariel avi aviv
    ben-ami chana dafna eitan efrat eli elad eliyahu erez eyal galit gideon gil gilad hadas hila idan ilan itai
    itamar keren lior liat limor maayan meir meirav menachem merav mordechai moran nir nili nitzan nurit ofer ofir
    ohad oren orit orly ori osnat rafi rivka ronen roni ronit sagi shai shaul shimon shlomo shmuel shoshana sigal
    talia tomer tzipi tzvi uri yaakov yair yaniv yaron yehuda yigal yitzhak yoav yoel yonatan yossi yuval zeev
    zohar agus andi ari arief asep ayu bagus bambang budi citra dedi desi dewi dian dimas dwi eka eko endang fajar
    fitri galih gita hadi hendra heru indah indra intan irwan joko kartika lestari maya mega nanda ningsih novi
    nyoman putri putu ratna ridwan rina rini rizki rudi setyo sri sugeng susi sutrisno teguh tini tri wahyu
    wati wawan wayan widya yanti yudi yuliana anh bao bich binh chau chi cuong dao dat diep dung duc duy gia giang
    hai hanh hao hien hiep hieu hoa hoai hue hung huong huy huyen khanh khoa khoi kien lam lan linh
    loan manh my nga ngan ngoc nguyet nhan nhi nhu nhung phat phong phu phuc phuong quan quang quoc quyen
    quynh son tai tan thai thanh thao thi thien thinh thoa thu thuan thuy tien tinh toan trang trinh trung
    tu tuan tung tuyet uyen van vinh vy xuan yen chukwu adaeze adanna babajide babatunde bola bukola chiamaka chidi
    chidinma chika chioma chukwuemeka ebuka efua ekow femi folake funmi ifeanyi ifeoma ikechukwu kelechi kemi kunle
    kwabena kwaku kwasi kojo nana nkechi nnamdi obinna olabisi olumide oluwaseun segun sola tayo temitope tobi uche
    yaw abena adwoa akosua afia bongani lerato lindiwe mandla nandi nkosana palesa sibusiso siphiwe tebogo themba
    thandiwe tshepo zodwa wanjiru wambui njeri kamau kipchoge achieng akinyi atieno odhiambo богдан борис валентин
    валерий валерия варвара василий вера вероника виктор виктория виталий владислав вячеслав галина геннадий георгий
    глеб григорий даниил дарья денис диана евгений евгения егор елизавета захар зинаида зоя игорь илья инна иосиф
    кирилл константин ксения лариса леонид лидия любовь людмила маргарита марина матвей надежда никита нина олег
    оксана оскар петр полина раиса роман руслан семен сергій софия станислав степан тамара тарас тимур федор фёдор
    эдуард эмма юрий яна ярослав олександр андрій олексій василь юлія наталія тетяна ірина михайло володимир іван
    петро богдана софія назар остап соломія георги димитър йордан христо стоян тодор стефан пламен красимир росица
    десислава ивайло γεωργιος ιωαννης γιαννης κωνσταντινος κωστας δημητριος νικολαος παναγιωτης βασιλειος χρηστος
    αθανασιος μιχαηλ ευαγγελος σπυριδων αντωνιος αναστασιος θεοδωρος ανδρεας χαραλαμπος αλεξανδρος εμμανουηλ ηλιας
    σταυρος αικατερινη βασιλικη σοφια αγγελικη γεωργια κωνσταντινα παναγιωτα ευαγγελια ιωαννα αναστασια ειρηνη
    georgios ioannis konstantinos kostas dimitrios nikolaos panagiotis vasileios christos athanasios michail
    evangelos spyridon antonios anastasios theodoros charalampos alexandros ilias stavros ioanna aikaterini vasiliki
    angeliki konstantina panagiota evangelia eirini despina chrysoula petar dimitar georgi todor stoyan hristo
    plamen krasimir yordan stefka rositsa desislava ivaylo nadezhda ante bozidar branimir branko danijel darko davor
    dubravka hrvoje ivica jadranka jelena josip jure kresimir lovro luka marija marijana mirjana mislav nenad
    nevenka nikola sanja slavica snjezana stipe tihana tomislav vesna vinko zdravko zeljko zoran zvonimir dragan
    nemanja محمد أحمد علي عمر خالد حسن حسين فاطمة عائشة مريم زينب نور سارة عبدالله عبد يوسف إبراهيم سعد فهد سلطان
    عبدالرحمن عبدالعزيز فيصل تركي بندر ماجد وليد طارق زياد رامي سامي هاني كريم محمود مصطفى ياسر أيمن عماد باسم بلال
    جمال جابر حمد حمزة راشد رائد رائف سلمان سليمان صالح عادل عامر عثمان عصام علاء عمار غسان فارس فؤاد قاسم مازن مروان
    معاذ منصور نادر نبيل هشام هيثم وائل يحيى أسامة أنس أمل أميرة إيمان بسمة جميلة حنان خديجة دانا دعاء رانيا رنا ريم
    ريما سلمى سمر سميرة شيماء عبير غادة فرح لمى لينا ليلى مها منى مي نادية نجلاء ندى نورة هبة هدى هند ياسمين يسرى
    ناصر משה יוסף אברהם דוד דניאל יעקב שרה רחל רבקה מרים נועה תמר יעל שירה אורי איתי עומר יהודה שמעון שלמה אליהו מאיר
    אריה חיים יצחק אהרן נתן גיל גלעד רון רונית אילן אמיר אסף ארז בועז גיא דן דנה הדס הילה טל יואב יונתן יניב ירון
    ליאור
    לימור מיכאל מיכל מירב נועם נורית נעמה ניר סיגל ענת עדי עידן עמית ערן צבי קרן רוני רותי שי שירי שרון אביגיל אורית
    σωκρατης αποστολος στυλιανος στυλιανη γρηγοριος φωτεινη ευστρατιος ελενη μαρια αννα δεσποινα χρυσουλα παρασκευη
    κυριακη ζωη θεοδωρα στεφανος πετρος παυλος ιακωβος αριστειδης αχιλλεας οδυσσεας λεωνιδας περικλης φωτιος ιασονας
    αρτεμις δαφνη καλλιοπη μαγδαληνη ολγα ραλλου φανη χαρικλεια κλεανθης
    мария ивана елена радослав борислав светослав бойко бисер венцислав весела виолета гергана гълъбин даниел деян
    динко добромир дончо евелина емил живко здравко златка зорница иванка калин камен кирил кольо лилия любен любомир
    марин мартин милен милена митко мирослав невена нели николай огнян орлин павлина пенка петя петър радка радостина
    райна румен румяна сава светла симеон спас стела тихомир тодорка филип цветан цветелина цвета яна явор
    สมชาย สมหญิง สมศักดิ์ สมพร สมบัติ สุรชัย สุรศักดิ์ วิชัย วิไล วันชัย ประเสริฐ ประยุทธ์ ประสิทธิ์ ชัยวัฒน์ ณัฐพล
    ธนพล ธีรพงษ์ นภา นิภา
    พิมพ์ชนก มานะ มานี ศิริพร สุดา สุนีย์ อนันต์ อรุณ กิตติ ปรีชา จันทร์เพ็ญ
    राम श्याम मोहन अमित राहुल सुनीता अनिता प्रिया पूजा नेहा संजय विजय राजेश सुरेश रमेश महेश दिनेश मुकेश कविता सीता
    गीता
    kristiina hannu juha mika matti timo kari antti jari jukka pekka markku tuula pirjo riitta sari minna satu merja
    tarja eija seija jaana kirsi heidi marjatta mikael johannes tapani olavi juhani kalevi helena annikki kaarina
    marjut taina outi mervi virpi niina jenni henna teemu ville jussi lauri eero esa erkki arto ilkka heikki tuomas
    attila balazs bela csaba dezso ferenc gabor gyorgy gyula imre istvan janos jozsef kalman karoly laszlo lajos
    levente
    marton miklos norbert otto sandor tamas tibor zoltan zsolt agnes aniko beata edit emese erzsebet eszter gyongyi
    ildiko iren jolan judit katalin klara krisztina magdolna marta melinda noemi orsolya piroska reka terez timea
    tunde zsofia zsuzsanna
    abdelkader abdelrahman abdullahi abebe abhishek abla abul achara adebola adewale adhiambo adjoa aigul aishwarya
    aisling aisyah akari alireza aliya aliyu almas almaz amirhossein amna ampai amr anahit analyn anan anbu andris
    angharad ani anuj anupam anurag anyango aoife apinya aram arash aravind arben archana archil arezoo armin
    arnar arnel arshad arthit arturs arumugam arvind ashot asif askar asuka atefeh atif atul aubrey auma awuor ayaka
    ayesha ayodele ayumi ayush azadeh azlan babak baekhyun bahram balaji behnam behrouz behzad bekele bekzod besa
    bethlehem bheki bhuvaneswari biju birgir boitumelo bojan bolat bongbong boonsri branislav bryndis bushra
    busisiwe caoimhe carys cathal chaiwat chalerm chandan chanida chanyeol charoen chebet chepkoech cheruiyot chitra
    chukwudi chunmei cian ciara citlali corazon crisanto cuauhtemoc dagur daiki daiva damilola danish darius dariush
    darnell daulet davit dawit deepa deepika deshawn devendra diarmuid dilnoza dinara do-yun dodong dongmei
    dongsheng dongwook doyun dragana driss driton duangjai durga edda edgardo edgars edona efrain egle elaheh elchin
    elham elnaz emi eoin esi eun-ji eunji eyjolfur farhad fariba faride farzad farzaneh fatemeh fatiha fatmir fawad
    fereshteh feruza ffion fidan fionn frauke freyr funmilayo ganesh garba gareth garrett gayane gayathri gbenga
    gentiana gesine gevorg ghazal ghulam gintaras giorgi girma gor grainne guiying gulchehra gulnara gunel guofang
    guohua guoqiang gurpreet gwen ha-eun hadiza haeun hafiz hafsa haile haiyan halldora hamidreza hany haoran haoyu
    hari haroon harpreet haruka haruki hasmik hatem hauwa hayk hicham hidayah hilmar hinnerk hitomi hiwot hlynur
    hongmei hongwei hoseok houda houman hrafn hulda humaira hyejin hyun-woo hyunwoo ikenna ilham ilir ilze imani
    imelda inese ingibjorg iqra irakli ishita iskandar itzel iwan izzat jabu jae-hyun jaehyun jaewon jafar jahanara
    janis jaspreet jasur javed jayakrishnan jayanthi jayson jejomar jelagat jepkosgei jericho jetmir jhon jhun
    ji-woo jiahao jianguo jianhua jianjun jianping jiaqi jiayi jihoon jimin jiwoo jiyoung johann jokull jomar
    joselito jovana junaid jungkook junhao junjie jurgita juris kabiru kadri kagiso kaiwen kalai kaltrina kamol
    kamran kannan kanya kaori karabo karim karine karthikeyan kasem kashif katlego kaveh kavitha kaylee kayode
    kazuko kehinde keisha kenta kersti ketevan ketut kexin keyvan kgosi khosrow khurram kiana kianoush kiara kibet
    kimani kiprono kiptoo kittisak kjartan koech koji kolbeinn komal kourosh kristine kristjan krit kumaran kumiko
    kwadwo kwesi kyungsoo ladan laleh lamar lanlan lasha lawal leila lekshmi lesedi levan liezl liga lihua liis
    lijuan lijun lilit liridona ljiljana llewellyn lwazi maarja mackenzie madan madhavan madiha madina maham
    mahendra mahin mahnaz mahsa maina majid makoto malathi malee malik mami mamta manana manav mandana manee
    manikandan manny manouchehr manpreet mansoor marat margret mariam maricel mariko maris marites marivic marjan
    mart martins masato masego masoud masoumeh matija mawuli mayumi meenakshi meghna megumi mehdi mehran mehreen
    mehwish meihua meiling mengyao meseret mi-kyung michiko midori mihir miho miki mikyung milica mimoza min-jun
    mina mindaugas mingyu minho minseo misaki mitra mitsuru miyuki mizanur modupe mohammad mohsen mojtaba momoko
    mongkol monirul morteza mostafa mounir mpho mridula mubashir muchen mulu murugan muthoni muthu mutua mwangi
    nader nagaraj nahid naima naina nakul naledi namjoon namrata nandhini naoki naoko narek narges narong naser
    nasiru nasrin natia natsuki nattapong nattaya natthaphon naveed nayeli nazanin nenita nexhmije niamh nida nigar
    nilesh niloufar nilufar nima nipa niran njoroge noboru nokuthula noman nonito noriko nosheen ntombi nursultan
    nurul nyambura obiageli oisin okoth olafur olof olusegun omid omondi onthatile onyango orathai orkhan orla osamu
    otabek otieno ouma oussama owain padma padmavathi padraig palani panida parichat parisa parthiban patcharee
    payal payam pejman phairoj pichai pimchanok pongsak pornthip pouya prabhu prachi prasert prayut preecha qing
    rabiu rachid rahim rajat rajkumar ramin ramy ramya rani rasa rashad ratchanee ravindra refilwe refugio rehan
    rehema reiko revathi reynaldo richa rie riku rinor rizky rizwan rodel roisin rokeya rommel ronke rosalinda rosli
    rotich rowena roya ruairi rudiger rukhsana ruksana rungnapa ruoxi ruta ryo sachiko sadia saeed saima sajid
    sakshi saman samaneh sanaz sangeetha sani sania santhosh saoirse saowalak saravanan sardor saroja satomi satoshi
    saule sayaka seamus selamawit selorm selvam selvi senthil seo-yeon seokjin sepideh setareh seungmin sevinj seyi
    shafiqul shahid shahin shahnoza shahram shahrul shahrzad shahzad shaimaa shaji shaniqua shanthi shazia sheela
    shehu shigeru shihan shinji shiori shirin shivani shohreh shola shota shqipe shraddha shufen shuzhen shweta sian
    siavash sidra sigrun siim simin simisola sindhu siobhan sirikit siriporn siti siti-nurhaliza sivakumar siyuan
    slamet slobodan snezana snorri sobia socorro sohail soheil soheila sombat somchai somjai somkid sompong somsak
    soo-ah sooah soraya soukaina sourav soyeon sreeja sreekumar srinivasan steinunn subrata suda sudeep sudhakar
    sukanya sukarno sukhwinder sultana sumaira sumathi sunee sung-min sunghoon sungmin supaporn suphachai surasak
    suren suriya susilo susumu svava syafiq tadashi tadesse taehyung tahereh taiwo takeshi takumi talha tamika
    tanmay tarek taslima tatsuya tayyab terrell tesfaye tetsuya teuta thaksin thanawat thenmozhi thida thongchai
    tigist tigran tiit tijana timur tinatin tingting tomoko tonu toshio toyin trisha tumelo tural tushar ujjwal umer
    unnikrishnan unnur upendo urmas usman utami uzma vahan vahid vakhtang valon vasanthi velu venkatesh vichai
    vignesh vijayalakshmi vimala vugar vuk vytautas wairimu waithera wajid wale wanida wanjiku wanna waqas warunee
    waseem wattana weidong weihua weiming wenbin wenjie wenjun wichai xiaofeng xiaohong xiaoli xiaolin xiaoming
    xiaoyan xinyi xinyu xiulan xiumei xueying yaa yajing yakubu yamuna yaretzi yasaman yassine yasuo yejin yemi
    yerlan yetunde yichen yifan yiming yingluck yingying yinuo yohannes yongjun yoongi yoshiko yoshio youngho yu-na
    yuchen yuhan yukiko yulan yuli yumei yumi yumiko yuna yuni yupa yutaka yuting yutong yuxuan yuzhen zahid zane
    zawadi zeeshan zeyu zhanna zhenhua zhigang zhiqiang zhiyong zhiyuan zihan zihao zixuan ziyi zohreh zulkifli
    zurab guðmundur guðrun ragnheiður sigriður sigurður valgerður ægir þor þorsteinn þorunn անահիտ անի արամ արթուր
    արմեն գայանե գոռ դավիթ լիլիթ կարինե հայկ մարիամ նարեկ նունե սուրեն վահան տիգրան איתן אסתר אריאל חנה לאה מאיה רות
    ავთანდილ ანა ანდრია არჩილ ბარბარე გელა გიორგი დავით დემეტრე ეკა ელენე ვაჟა ვახტანგ ზურაბ თამარ თინათინ თორნიკე
    ია ირაკლი ლაშა ლევან ლელა ლიზი ლუკა მაია მანანა მარიამ ნათია ნანა ნიკოლოზ ნინო საბა სალომე ქეთევან შოთა さくら
    一郎
    久美子 健一 健太 太郎 恵子 悠真 明美 智子 次郎 由美子 直樹 直美 美優 翔太 花子 葵 裕子 誠 陽菜 隆 도윤 미영 민수
    민준 서연 성민 수아 시우 영희 예준 은지 준서 지민 지영 지유 지훈 채원 철수
    하은 현우
    """
)
