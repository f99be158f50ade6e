# ruff: noqa: E501, RUF001 - a line a list, and other alphabets than the Latin
"""Countries of the fourth set: their people, streets, towns, phones and plates, written down from general knowledge.

Whoever wrote these had not read the detector's lists. Names are such as are usual, not the most frequent ones only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Land:
    """A country as a company's data show it; `#` stands for a digit, `?` for a letter, `*` for a digit or none."""

    half: str
    """`dev` may be looked at, `held` is only scored."""
    tongue: str
    given: str
    family: str
    streets: str
    towns: str
    address: str
    postcode: str
    phones: str
    plate: str
    last_first: bool = False
    """Whether the family name comes first, without a comma."""


LANDS: Final[dict[str, Land]] = {
    "us": Land(
        "dev", "en",
        "Ashley Trevor Latisha Dwayne Megan Colton Brianna Jerome Courtney Darrell Paige Skyler Rhonda Clint Monique Travis",
        "Kowalczyk|Hendricks|Mayfield|Ocampo|Stanton|Ruiz|McKinney|Boyd|Vandenberg|Thibodeaux|Ferrell|Prescott|Castaneda|Lund",
        "Maple Ave|Old Mill Rd|W 43rd St|Sycamore Ln|Peachtree Blvd|Harbor View Dr|N Lincoln St|Quarry Ct",
        "Tulsa, OK|Boise, ID|Dayton, OH|Savannah, GA|Fresno, CA|Duluth, MN",
        "{no} {street}, {town} {zip}|{no} {street} Apt {flat}, {town} {zip}", "#####|#####-####",
        "(5#2) 55#-#4##|4#5-6#2-#7##|+1 6#2 4#3 ##6#|3#5.2#4.#1##", "???-####",
    ),
    "de": Land(
        "dev", "de",
        "Wolfgang Anneliese Sören Friederike Kilian Hannelore Benedikt Mareike Lothar Swantje Gerrit Roswitha Malte Edeltraud",
        "Niederhauser|Bärwald|Kleinert|Osterkamp|Grünewald|Wittig|Brandstetter|Zöllner|Achterberg|Fuhrmann|Lindner|Quast|Seidl|Hölzel",
        "Lindenstr.|Am Mühlbach|Goethestraße|Kirchweg|Hohenzollernring|An der Alten Post|Schillerplatz|Birkenallee",
        "Osnabrück|Bad Tölz|Görlitz|Wuppertal|Celle|Ulm",
        "{street} {no}, {zip} {town}|{street} {no}{letter}, {zip} {town}|{street} {no}; D-{zip} {town}", "#####",
        "0171 4######|030/28####3|+49 (0)221 9####-##|0049 89 3#####4", "??-?? ###",
    ),
    "fr": Land(
        "dev", "fr",
        "Ludivine Gaétan Maryvonne Thibault Ghislaine Corentin Apolline Yannick Bénédicte Loïc Mireille Aurélien Josiane Rémi",
        "Charpentier|Le Goff|Vasseur|de La Tour|Poirier|Gauthier|Besnard|Pruvost|Carpentier|Hamel|Étienne|Delaunay|Guérin|Millet",
        "rue des Lilas|avenue Jean Jaurès|impasse du Moulin|bd Voltaire|chemin de la Croix|place de l'Église|allée des Tilleuls",
        "Limoges|Saint-Étienne|Quimper|Albi|Besançon|Lorient",
        "{no} {street}, {zip} {town}|{no} bis {street} {zip} {town}", "#####",
        "06 4# ## 1# ##|+33 1 4# ## ## #2|02.9#.3#.##.##|07 8# ## ## ##", "??-###-??",
    ),
    "pl": Land(
        "dev", "pl",
        "Bogusława Szymon Jadwiga Radosław Halina Ireneusz Kornelia Waldemar Żaneta Bartłomiej Urszula Mieczysław Sylwia Cezary",
        "Gajewska|Olszewski|Brzozowska|Sikorski|Kołodziej|Pietrzak|Mazurek|Wróblewska|Jasiński|Borkowska|Czajka|Głowacki|Stępień",
        "ul. Mickiewicza|ul. Polna|al. Niepodległości|os. Tysiąclecia|ul. 3 Maja|pl. Wolności|ul. Kościuszki",
        "Rzeszów|Łomża|Bydgoszcz|Zielona Góra|Tarnów|Ełk",
        "{street} {no}/{flat}, {zip} {town}|{street} {no} m. {flat}, {zip} {town}", "##-###",
        "601 3## ###|+48 22 6## ## ##|(12) 4##-##-##|5########", "?? ####?",
    ),
    "tr": Land(
        "dev", "tr",
        "Nurcan Serkan Hülya Tolga Gülşen Volkan Şebnem Cemal İlknur Burak Nesrin Oğuz Feride Kenan",
        "Aydoğan|Karakuş|Erdem|Tekin|Çakır|Uysal|Bozkurt|Güneş|Kılıçarslan|Sezer|Akbulut|Ünal|Yavuz|Taşkın",
        "Atatürk Cad.|Gül Sokak|İnönü Mah. Çınar Sk.|Bağdat Caddesi|Cumhuriyet Bulvarı|Menekşe Sk.",
        "Kadıköy/İstanbul|Bornova/İzmir|Eskişehir|Trabzon|Şanlıurfa|Nilüfer/Bursa",
        "{street} No:{no} D:{flat} {zip} {town}|{street} No: {no}, {town}", "#####",
        "0532 4## ## ##|+90 212 3## ## ##|(0312) 4## ## ##|5#########", "34 ?? ###",
    ),
    "jp": Land(
        "dev", "ja",
        "裕介 千尋 拓海 真由美 和彦 沙織 大輔 智子 亮太 久美子 翼 紀子 圭吾 麻衣",
        "長谷川|小野寺|菊地|宮崎|村上|藤原|石井|野口|松岡|酒井|坂本|今井|服部|森田",
        "東京都新宿区西新宿|大阪府大阪市北区梅田|神奈川県横浜市中区本町|福岡県福岡市博多区博多駅前|京都府京都市左京区吉田|愛知県名古屋市中村区名駅",
        "仙台市|金沢市|松山市|長崎市|盛岡市|奈良市",
        "〒{zip} {street}{no}-{flat}|{street}{no}丁目{flat}番", "###-####",
        "090-4###-#1##|03-5###-##2#|+81 80 3### ####|0120-###-###", "品川 ### あ ##-##", True,
    ),
    "in": Land(
        "dev", "en",
        "Anjali Rakesh Shalini Prakash Divya Suresh Pallavi Manoj Nandini Harish Swati Girish Rukmini Devendra",
        "Deshpande|Bhattacharya|Nambiar|Kulkarni|Chakraborty|Saxena|Thakur|Gowda|Trivedi|Mahajan|Pillai|Rathore|Bose|Jadhav",
        "MG Road|2nd Cross, Indiranagar|Linking Road|Sector 14|Nehru Nagar|Park Street|Anna Salai",
        "Bengaluru|Pune|Lucknow|Kochi|Nagpur|Jaipur",
        "{no}, {street}, {town} - {zip}|Flat {flat}, {no} {street}, {town} {zip}|#{no}, {street}, {town}, India", "######",
        "+91 98### #####|09### ######|99########|022-2###-####", "MH ## ?? ####",
    ),
    "br": Land(
        "dev", "pt",
        "Thiago Jussara Wellington Rosângela Caíque Marlene Éverton Lucineide Raimundo Thaís Joelma Fabrício Ivone Anderson",
        "Nascimento|dos Santos|Figueiredo|Cavalcanti|Barreto|da Silva Moura|Teixeira|Sampaio|Pacheco|Brandão|Coutinho|Queiroz",
        "Rua das Flores|Av. Paulista|Travessa São José|Rua XV de Novembro|Alameda Santos|Rod. BR-101 km",
        "Campinas/SP|Recife - PE|Joinville/SC|Belém - PA|Goiânia - GO|Niterói/RJ",
        "{street}, {no}, {town}, {zip}|{street}, {no}, apto {flat} - Centro, {town}", "#####-###",
        "(11) 9#### ####|+55 21 3###-####|(47) 9####-####|85 9########", "???#?##",
    ),
    "fi": Land(
        "dev", "fi",
        "Sirpa Ilkka Aino Veikko Taina Jarmo Kaisa Tapani Eeva Rauno Mirja Petteri Hilkka Jouni",
        "Hakala|Salminen|Lehtonen|Turunen|Nurmi|Karppinen|Heikkilä|Ojala|Räsänen|Koskela|Vuorinen|Lindholm|Savolainen",
        "Mannerheimintie|Koivukatu|Hämeenkatu|Rantatie|Kauppakatu|Pihlajapolku",
        "Oulu|Jyväskylä|Kuopio|Porvoo|Rovaniemi|Vaasa",
        "{street} {no} {letter} {flat}, {zip} {town}|{street} {no}, {zip} {town}", "#####",
        "040 5######|+358 50 3## ####|09 4## ####", "???-###",
    ),
    "gr": Land(
        "dev", "el",
        "Παναγιώτης Δέσποινα Σταύρος Ευαγγελία Θανάσης Βασιλική Αναστάσιος Χριστίνα Σπύρος Κυριακή Μάριος Αγγελική",
        "Παππάς|Καραγιάννης|Οικονόμου|Μακρή|Βασιλείου|Αντωνίου|Σιδέρης|Κωνσταντίνου|Ζαφειρόπουλος|Λάμπρου|Τσακίρη",
        "Λεωφ. Κηφισίας|Ερμού|Πατησίων|Οδός Σόλωνος|Βενιζέλου|Αγίας Σοφίας",
        "Αθήνα|Θεσσαλονίκη|Πάτρα|Ηράκλειο|Λάρισα|Βόλος",
        "{street} {no}, {zip} {town}|{street} {no}, Τ.Κ. {zip}, {town}", "### ##",
        "694# ### ###|+30 210 3######|2310 ######", "??? ####",
    ),
    "ua": Land(
        "dev", "uk",
        "Тарас Леся Остап Оксана Богдан Зоряна Назар Мирослава Юрій Галина Василь Соломія Ростислав Ярина",
        "Шевчук|Кравченко|Бондар|Олійник|Поліщук|Романюк|Гаврилюк|Мельничук|Яремчук|Лисенко|Дорошенко|Савчук",
        "вул. Хрещатик|вул. Івана Франка|просп. Перемоги|бульв. Лесі Українки|пров. Садовий|вул. Зелена",
        "м. Львів|Київ|Одеса|м. Полтава|Чернівці|Ужгород",
        "{street}, {no}, кв. {flat}, {town}, {zip}|{street} {no}, {town}", "#####",
        "+380 67 ### ## ##|050-###-##-##|(044) ### ####", "AA #### ??",
    ),
    "id": Land(
        "dev", "id",
        "Bambang Wulandari Eko Ratna Slamet Fitri Joko Yuliana Hendra Sulastri Agung Kartika Wahyu Endang",
        "Prasetyo|Kusuma|Siregar|Hidayat|Nugroho|Simanjuntak|Wibisono|Lestari|Saputra|Manurung|Hartono|Setiadi",
        "Jl. Sudirman|Jl. Merdeka Raya|Jalan Diponegoro|Gg. Mawar|Jl. Ahmad Yani|Perum Griya Asri Blok C",
        "Bandung|Surabaya|Medan|Yogyakarta|Denpasar|Makassar",
        "{street} No. {no}, {town} {zip}|{street} No.{no} RT 0{flat}/RW 02, {town}", "#####",
        "0812-####-####|+62 21 5## ####|0857########", "B #### ???",
    ),
    "eg": Land(
        "dev", "ar",
        "محمود هالة طارق نجلاء شريف منى وليد سامية حازم رانيا أشرف إيمان",
        "عبد العزيز|الشافعي|حسنين|المصري|بدوي|عوض|السيد|رمضان|الجندي|خليل|فوزي|زيدان",
        "شارع التحرير|شارع الهرم|شارع رمسيس|شارع الجمهورية|طريق الكورنيش",
        "القاهرة|الجيزة|الإسكندرية|المنصورة|أسيوط",
        "{no} {street}، {town}|{no} {street}، شقة {flat}، {town}", "#####",
        "010########|+20 2 2### ####|0111 ### ####", "??? ####",
    ),
    "ng": Land(
        "dev", "en",
        "Oluwaseun Chidinma Babatunde Uchenna Temitope Nkechi Abdullahi Blessing Ikechukwu Funmilayo Yakubu Ebele",
        "Adeyemi|Okafor|Nwosu|Ogunbanjo|Lawal|Ekwueme|Abubakar|Oyedepo|Anyanwu|Akintola|Ezeh|Sanusi",
        "Awolowo Road|Allen Avenue|Ahmadu Bello Way|Zik Avenue|Admiralty Way",
        "Ikeja, Lagos|Abuja|Enugu|Kano|Port Harcourt",
        "{no} {street}, {town}|Plot {no}, {street}, {town}", "######",
        "0803 ### ####|+234 806 ### ####|0701#######", "???-###-??",
    ),
    "at": Land(
        "dev", "de",
        "Gottfried Waltraud Severin Theresia Alois Leopoldine Florian Notburga Korbinian Gerlinde Xaver Elfriede",
        "Hofstätter|Pichler|Moosbrugger|Steinwender|Egger|Kirchgasser|Prohaska|Haslinger|Svoboda|Wallner|Unterberger",
        "Mariahilfer Straße|Hauptplatz|Schubertgasse|Am Anger|Landstraßer Hauptstraße|Bergstiege",
        "Wien|Graz|Bludenz|Sankt Pölten|Villach",
        "{street} {no}/{flat}/3, {zip} {town}|{street} {no}, A-{zip} {town}", "####",
        "0664 3######|+43 1 5######|0316/8#####", "W-#####?",
    ),
    "ph": Land(
        "dev", "en",
        "Rosario Danilo Imelda Crisanto Mylene Rogelio Charito Benigno Jovelyn Ernesto Aileen Virgilio",
        "Evangelista|De Guzman|Panganiban|Sarmiento|Ocampo|Batungbakal|Magtanggol|Valdez|Dimaandal|Cabrera|Lualhati",
        "Rizal St.|Mabini Street|Bonifacio Ave|Quezon Blvd|Katipunan Ave.|Blk 7 Lot 12 Camella",
        "Brgy. San Roque, Marikina|Cebu City|Iloilo City|Davao City|Quezon City",
        "{no} {street}, {town}|{no} {street}, {town} {zip}", "####",
        "0917 ### ####|+63 2 8### ####|0998-###-####", "??? ####",
    ),
}  # fmt: skip
"""The half that may be looked at."""
