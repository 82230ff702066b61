"""The words that aliases are made of, chosen so that an alias is kind and is nobody's name.

Every noun has common gender, so that any adjective agrees with any noun (*Vänlig Igelkott*).
Left out: names of people (Björn, Falk, Svan, Uggla, and the old soldier names Glad, Rask, Modig,
Lugn) and words that begin with one (Skogsmus, Solros), animals that children tease each other with,
and words about size, looks, speed or wits.
"""

from typing import Final

ADJECTIVES: Final = tuple(
    """
    Avspänd Behaglig Beundrad Blinkande Bubblande Busig Charmig Dansande Drömmande Fantasifull
    Finurlig Fnissig Fredlig Fröjdefull Funderande Förnöjd Förväntansfull Givmild Glimrande
    Glittrande Gnistrande Godhjärtad Gosig Harmonisk Hjälpsam Hjärtlig Hoppande Hoppfull
    Hänsynsfull Intresserad Jonglerande Jublande Klurig Kreativ Kärleksfull Lekfull Lysande
    Läsande Musikalisk Målande Mångsidig Nyfiken Nynnande Omtyckt Omtänksam Optimistisk Pigg
    Plaskande Poetisk Porlande Pysslande Påhittig Rofylld Seglande Simmande Sjungande Skimrande
    Skrattande Skuttande Snäll Sprallig Språksam Spännande Strålande Studsande Svävande
    Sympatisk Tacksam Tankfull Tecknande Tillitsfull Trallande Trivsam Tålmodig Uppfinningsrik
    Uppmuntrande Uppmärksam Uppskattad Utforskande Vaken Vandrande Varmhjärtad Varsam Virvlande
    Visslande Vänlig Vänskaplig Äventyrlig
    """.split()  # noqa: SIM905  a list of words reads best as words
)

NOUNS: Final = tuple(
    """
    Alpacka Antilop Blåhake Blåklocka Blåmes Blåsippa Bläckfisk Bofink Bäver Delfin Domherre
    Ekorre Enhörning Fasan Fiskgjuse Fiskmås Fjord Fjäril Flamingo Gasell Gepard Glaciär Gråsäl
    Gråtrut Gräsand Gräshoppa Gärdsmyg Hackspett Hamster Havssula Havsörn Hibiskus Humla
    Igelkott Impala Jaguar Kaktus Kanin Kantarell Kastanj Klöver Knipa Koala Kolibri Koltrast
    Komet Kondor Korall Kotte Kristall Känguru Lagun Lavskrika Lemur Lom Lunnefågel Maskros
    Meteor Morkulla Narval Nyckelpiga Näktergal Nötskrika Oas Okapi Panda Papegoja Pelikan
    Pingvin Pion Planet Ponny Prästkrage Regnbåge Regndroppe Ripa Räv Rödhake Sidensvans
    Smultronplanta Smörblomma Snöflinga Snösparv Steglits Storspov Surikat Syren Säl Talgoxe
    Tapir Tofsvipa Trollslända Tukan Tulpan Tumlare Vaktel Vattendroppe Visent Vitsippa Vulkan
    Zebra Älg Ängsblomma Ärtsångare Ögontröst
    """.split()  # noqa: SIM905  a list of words reads best as words
)
