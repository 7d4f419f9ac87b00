"""The 45 divisions of CPV 2008 with their official Swedish and English names (Regulation (EC) No 213/2008, annex I).

One misprint of the Swedish annex (division 32) is put right.
"""

from __future__ import annotations

from app.procurement.cpv.codes import Code

_TABLE = """
03 | Jordbruks-, jakt-, fiske- och skogsbruksprodukter samt tillhörande produkter | Agricultural, farming, fishing, forestry and related products
09 | Petroleumprodukter, bränsle, elektricitet och andra energikällor | Petroleum products, fuel, electricity and other sources of energy
14 | Gruvprodukter, basmetaller och tillhörande produkter | Mining, basic metals and related products
15 | Livsmedel, drycker, tobak o d | Food, beverages, tobacco and related products
16 | Jordbruksmaskiner | Agricultural machinery
18 | Kläder, skor, väskor och tillbehör | Clothing, footwear, luggage articles and accessories
19 | Skinn och textilier, plast- och gummimaterial | Leather and textile fabrics, plastic and rubber materials
22 | Trycksaker och tillhörande produkter | Printed matter and related products
24 | Kemiska produkter | Chemical products
30 | Kontorsmaskiner, datorer samt kontors- och datorutrustning, utom möbler och programvara | Office and computing machinery, equipment and supplies except furniture and software packages
31 | Elektriska maskiner, apparater och förbrukningsvaror samt elektrisk utrustning; belysning | Electrical machinery, apparatus, equipment and consumables; lighting
32 | Radio-, televisions-, kommunikations- och telekommunikationsutrustning samt tillhörande utrustning | Radio, television, communication, telecommunication and related equipment
33 | Medicinsk utrustning, läkemedel och hygienartiklar | Medical equipments, pharmaceuticals and personal care products
34 | Transportutrustning och transporthjälpmedel | Transport equipment and auxiliary products to transportation
35 | Säkerhets-, brandbekämpnings-, polis- och försvarsutrustning | Security, fire-fighting, police and defence equipment
37 | Musikinstrument, sportartiklar, spel, leksaker, hantverk, konsthantverksmateriel och tillbehör | Musical instruments, sport goods, games, toys, handicraft, art materials and accessories
38 | Laboratorieutrustning, optisk utrustning och precisionsutrustning (exkl. glas) | Laboratory, optical and precision equipments (excl. glasses)
39 | Möbler (inkl. kontorsmöbler), inredning, hushållsapparater (exkl. belysning) och rengöringsprodukter | Furniture (incl. office furniture), furnishings, domestic appliances (excl. lighting) and cleaning products
41 | Uppsamlat och renat vatten | Collected and purified water
42 | Industrimaskiner | Industrial machinery
43 | Maskiner för brytning och byggnadsarbeten | Machinery for mining, quarrying, construction equipment
44 | Konstruktioner och konstruktionsmaterial; konstruktionshjälpmedel (utom elutrustning) | Construction structures and materials; auxiliary products to construction (except electric apparatus)
45 | Anläggningsarbete | Construction work
48 | Programvara och informationssystem | Software package and information systems
50 | Reparation och underhåll | Repair and maintenance services
51 | Installation (utom programvara) | Installation services (except software)
55 | Hotell-, restaurang- och detaljhandelstjänster | Hotel, restaurant and retail trade services
60 | Transporter (utom avfallstransport) | Transport services (excl. Waste transport)
63 | Kringtjänster för transporter; resebyråtjänster | Supporting and auxiliary transport services; travel agencies services
64 | Post- och telekommunikationstjänster | Postal and telecommunications services
65 | El-, vatten- och energiverk | Public utilities
66 | Finans- och försäkringstjänster | Financial and insurance services
70 | Tjänster avseende fast egendom | Real estate services
71 | Arkitekt-, bygg-, ingenjörs- och besiktningstjänster | Architectural, construction, engineering and inspection services
72 | IT-tjänster: konsultverksamhet, programvaruutveckling, Internet och stöd | IT services: consulting, software development, Internet and support
73 | FoU-tjänster samt tillhörande konsulttjänster | Research and development services and related consultancy services
75 | Offentlig förvaltning, försvar och socialförsäkringstjänster | Administration, defence and social security services
76 | Tjänster för olje- och gasindustrin | Services related to the oil and gas industry
77 | Jordbruks-, skogsbruks-, trädgårds-, vattenbruks- och biodlingstjänster | Agricultural, forestry, horticultural, aquacultural and apicultural services
79 | Företagstjänster: lagstiftning, marknadsföring, rådgivning, rekrytering, tryckning och säkerhet | Business services: law, marketing, consulting, recruitment, printing and security
80 | Undervisning och utbildning | Education and training services
85 | Hälso- och sjukvård samt socialvård | Health and social work services
90 | Avlopps- och avfallshantering, sanering och miljötjänster | Sewage, refuse, cleaning and environmental services
92 | Fritids-, kultur- och sporttjänster | Recreational, cultural and sporting services
98 | Andra samhälleliga och personliga tjänster | Other community, social and personal services
"""
_ROWS = (line.split(" | ") for line in _TABLE.strip().splitlines())
DIVISIONS: tuple[Code, ...] = tuple(Code(f"{digits}000000", sv, en) for digits, sv, en in _ROWS)
