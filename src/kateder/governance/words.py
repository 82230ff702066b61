"""The words that aliases are made of, chosen so that an alias is kind and is nobody's name.

Every noun has common gender, so that any adjective agrees with any noun (*Vänlig Igelkott*).
Left out: names of people (Björn, Falk, Svan, Uggla, and the old soldier names Glad, Rask, Modig,
Lugn), animals that children tease each other with, and words about size, looks, speed or wits.
"""

from typing import Final

ADJECTIVES: Final = tuple(
    """
    Avspänd Behaglig Beundrad Blinkande Bubblande Busig Charmig Dansande Drömmande Fantasifull
    Finurlig Fnissig Fredlig Fridfull Funderande Förnöjd Förväntansfull Givmild Glimrande
    Glittrande Gnistrande Godhjärtad Gosig Gungande Hjälpsam Hjärtlig Hoppande Hoppfull
    Hänsynsfull Intresserad Jonglerande Jublande Klurig Kreativ Kärleksfull Lekfull Lysande
    Läsande Målande Musikalisk Mångsidig Nyfiken Nynnande Omtyckt Omtänksam Pigg Plaskande
    Poetisk Påhittig Pysslande Rofylld Samarbetande Seglande Simmande Sjungande Skimrande
    Skrattande Skuttande Snäll Solig Sprallig Språksam Spännande Strålande Studsande Sympatisk
    Tacksam Tankfull Tecknande Tillitsfull Trallande Trivsam Tålmodig Uppfinningsrik
    Uppmuntrande Uppmärksam Uppskattad Utforskande Vaken Vandrande Varmhjärtad Varsam Visslande
    Vänlig Vänskaplig Äventyrlig
    """.split()  # noqa: SIM905  a list of words reads best as words
)

NOUNS: Final = tuple(
    """
    Alpacka Antilop Blåklocka Blåmes Blåsippa Bläckfisk Bofink Bäver Daggdroppe Delfin Domherre
    Ekorre Fiskgjuse Fjord Fjäril Flamingo Gasell Gepard Glaciär Gråsäl Gräshoppa Grönsiska
    Gullviva Gärdsmyg Hackspett Hamster Havsörn Humla Igelkott Impala Isbjörn Jaguar Kanin
    Kastanj Koala Kolibri Koltrast Komet Korall Kotte Kungsfiskare Känguru Lagun Lemur Leopard
    Lom Lunnefågel Maskros Meteor Månstråle Narval Nyckelpiga Näktergal Oas Okapi Panda
    Papegoja Pelikan Pilfink Pingvin Planet Ponny Prästkrage Regnbåge Ringduva Räv Rödhake
    Sanddyn Sidensvans Sjöhäst Sjöstjärna Skogsmus Sköldpadda Smultronplanta Snöflinga Solros
    Solstråle Steglits Storspov Strandskata Surikat Sädesärla Säl Talgoxe Tallkotte Tapir
    Tofsvipa Trollslända Tukan Tumlare Tvättbjörn Vallmo Vattendroppe Vitsippa Vulkan Zebra Älg
    Ängsblomma
    """.split()  # noqa: SIM905  a list of words reads best as words
)
