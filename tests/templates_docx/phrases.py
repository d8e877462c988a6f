"""What the samples say in cells and fields of a certain name, as real ones would.

By written standard and by name: a column's key, or a field's key without its prefix.
"""

from __future__ import annotations

_SAME = {
    "no": ("P-2025-01",),
    "nr": ("1", "2", "3"),
    "dokumentnr": ("2025/412-7", "2025/412-8", "2025/412-9"),
    "contact_how": ("51 00 00 00, horing@elvestrand.example",),
    "contact": ("51 00 00 00",),
    "docno": ("2025/412-3",),
    "enhet": ("prosent", "antall", "poeng"),
    "notat": ("2025/412-31", "2025/412-32", "2025/412-33"),
}
_NB = {
    "organisasjon": (
        "Elvestrand kommune",
        "Omsorg og Service Elvestrand",
        "Sykepleierlaget Elvestrand",
    ),
    "organ": ("Administrasjonsutvalget", "Kommunestyret", "Kommunedirektøren"),
    "verv": ("Kommunalsjef", "Hovedtillitsvalgt", "Tillitsvalgt"),
    "rolle": ("HR-sjef", "Leder av levekårsutvalget", "Hovedtillitsvalgt"),
    "syn": (
        (
            "Vi støtter målet om flere hele stillinger. Punkt 3 om helgetimer må"
            " prøves ut frivillig i ett år før det blir en fast ordning."
        ),
        (
            "Vi er enige i punkt 1 og 2. Punkt 3 går for langt når vi ikke vet hvor"
            " mange ekstra helger det blir for hver ansatt."
        ),
        "Vi har ingen merknader til punkt 1 og 2. Vi er uenige i punkt 3.",
    ),
    "hva": (
        "Saken legges fram med protokollen som vedlegg",
        "Vedtak om prøveordning",
        "Ny drøfting når prøveperioden er over",
    ),
    "tekst": (
        "Fristen er for kort for oss som møtes én gang i måneden.",
        "Bra at ungdom er spurt. Åpent til klokka åtte én kveld i uka.",
        "Dere har glemt de som ikke har bil.",
    ),
    "tittel": ("Forslag til helgeordning", "Kartlegging av helger", "Kostnader"),
    "spoersmaal": (
        "Hvilke tjenester bør finnes på innbyggertorget?",
        "Hva skal til for at du kan bruke torget uten hjelp?",
        "Er det noe vi har glemt?",
    ),
    "mottaker": ("Kommunalsjefene", "Kommunestyregruppene", "Hovedtillitsvalgte"),
    "instans": ("Administrasjonen", "Folkevalgte", "Hovedtillitsvalgte"),
    "respondent": ("Elvestrand eldreråd",),
    "on_behalf": ("Eldrerådet i Elvestrand",),
    "mandate": ("Eldrerådet 5. mai 2026, sak 14",),
    "merknad": (
        "Torget må være åpent én kveld i uka.",
        "Planen sier ikke hva det koster å holde åpent om sommeren.",
        "Ansatte i skranken trenger opplæring før åpning.",
    ),
    "vurdering": (
        "Mange peker på det samme, og det lar seg gjøre.",
        "Kostnaden hører hjemme i budsjettet for 2027.",
        "Opplæringen er avgjørende for at torget skal virke.",
    ),
    "begrunnelse": (
        "Torsdag til klokka 20 er lagt inn i punkt 2.",
        "Saken kommer tilbake i budsjettet.",
        "Opplæring i to dager er lagt inn i punkt 4.",
    ),
    "kommentar": (
        "Alle fikk papirene onsdag før møtet.",
        "Det tok tid før alle turte å si hva de mente.",
        "Vi møtte hver gang.",
    ),
    "arena": ("Forum", "Verksted på Solsida", "Administrasjonsutvalget"),
    "formaal": ("Styre prosjektet", "Finne tiltak", "Behandle saker om ansatte"),
    "hvem": ("Fire fra hver part", "Ansatte på alle vakter", "Ni medlemmer"),
    "hvor_ofte": ("Hver sjette uke", "To ganger", "Åtte ganger i året"),
    "rettslig_status": (
        "Gruppe uten egen myndighet",
        "Gruppe uten egen myndighet",
        "Folkevalgt organ",
    ),
    "referat_hvor": ("Felles arbeidsrom", "Felles arbeidsrom", "Møteportalen"),
    "svarer_for": ("Hele administrasjonen", "Kommunestyret", "Medlemmene"),
    "avgjoer": ("Daglig drift", "Det vi har fullmakt til", "Vårt eget standpunkt"),
    "beslutningslinja": ("Forbereder saken", "Gjør vedtaket", "Drøfter før vedtaket"),
    "viktig": ("Løsninger som kan driftes", "Kjente ansikter", "Tid til å være med"),
    "bekymring": ("At vi lover for mye", "At det blir dyrt", "At alt er bestemt"),
    "effektmaal": (
        "Sykefraværet ved Solsida er redusert",
        "Flere har hel stilling",
        "Innbyggerne møter kjente ansikter",
    ),
    "indikator": ("Legemeldt fravær", "Andel hele stillinger", "Spørreundersøkelse"),
    "nullpunkt": ("11,4 prosent", "38 prosent", "3,4 av 5"),
    "maalverdi": ("9,4 prosent", "50 prosent", "4,0 av 5"),
    "gevinsteier": ("Leder på Solsida", "HR-sjefen", "Kommunalsjefen"),
    "leveranse": ("Kunnskapsgrunnlag om fravær", "Forslag til turnus", "Verktøy"),
    "behandling": ("Kommunestyret i juni", "Budsjettet for 2027", "Delegert"),
    "endret": ("Målet om vikarer kom inn", "To mål ble til ett", "Ingenting"),
    "prosjekt": ("Nærvær på Solsida", "Hele stillinger", "Innbyggertorg"),
    "maal": ("Ja, alle tre", "Ja, men ett mål mangler nullpunkt", "Delvis"),
    "tiltak": ("Ja, faste team virker", "For tidlig å si", "Ja"),
    "dokumentasjon": ("Ja", "Nei, tall mangler for 2024", "Ja"),
    "styrkes": ("Ledere i helgene", "Måling hvert kvartal", "Frivillige"),
    "kilde": ("Personalsystemet", "Personalsystemet", "Spørreundersøkelsen"),
    "utfall": ("Vedtatt", "Vedtatt med endringer", "Tatt til orientering"),
    "brukt_i_sak": ("2025/801", "2025/822", "2025/830"),
    "erfaring": ("Begynn med helgene", "Spør de ansatte først", "Mål før du begynner"),
    "raad": ("Sett av vikarpenger", "Møt alle vaktene", "Bestem nullpunktet sammen"),
    "nyttig_for": ("Turnustjenester", "Alle", "Alle"),
    "swap_case": ("Skal helgetimene bli lengre?",),
    "exempt_what": ("Navnet på mor i andre avsnitt",),
    "exempt_basis": ("Hun vil ikke stå fram med helsa si",),
    "no_remarks": ("ingen",),
    "basis": ("Hovedavtalen, del B om informasjon og drøfting",),
}
_NN = {
    "organisasjon": (
        "Elvestrand kommune",
        "Omsorg og Service Elvestrand",
        "Sjukepleiarlaget Elvestrand",
    ),
    "organ": ("Administrasjonsutvalet", "Kommunestyret", "Kommunedirektøren"),
    "verv": ("Kommunalsjef", "Hovudtillitsvald", "Tillitsvald"),
    "rolle": ("HR-sjef", "Leiar av levekårsutvalet", "Hovudtillitsvald"),
    "syn": (
        (
            "Vi støttar målet om fleire heile stillingar. Punkt 3 om helgetimar må"
            " prøvast ut frivillig i eitt år før det blir ei fast ordning."
        ),
        (
            "Vi er samde i punkt 1 og 2. Punkt 3 går for langt når vi ikkje veit"
            " kor mange ekstra helger det blir for kvar tilsett."
        ),
        "Vi har ingen merknader til punkt 1 og 2. Vi er usamde i punkt 3.",
    ),
    "hva": (
        "Saka blir lagd fram med protokollen som vedlegg",
        "Vedtak om prøveordning",
        "Ny drøfting når prøveperioden er over",
    ),
    "tekst": (
        "Fristen er for kort for oss som møtest éin gong i månaden.",
        "Bra at ungdom er spurde. Ope til klokka åtte éin kveld i veka.",
        "De har gløymt dei som ikkje har bil.",
    ),
    "tittel": ("Framlegg til helgeordning", "Kartlegging av helger", "Kostnader"),
    "spoersmaal": (
        "Kva tenester bør finnast på innbyggjartorget?",
        "Kva skal til for at du kan bruke torget utan hjelp?",
        "Er det noko vi har gløymt?",
    ),
    "mottaker": ("Kommunalsjefane", "Kommunestyregruppene", "Hovudtillitsvalde"),
    "instans": ("Administrasjonen", "Folkevalde", "Hovudtillitsvalde"),
    "respondent": ("Elvestrand eldreråd",),
    "on_behalf": ("Eldrerådet i Elvestrand",),
    "mandate": ("Eldrerådet 5. mai 2026, sak 14",),
    "merknad": (
        "Torget må vere ope éin kveld i veka.",
        "Planen seier ikkje kva det kostar å halde ope om sommaren.",
        "Tilsette i skranken treng opplæring før opninga.",
    ),
    "vurdering": (
        "Mange peikar på det same, og det lèt seg gjere.",
        "Kostnaden høyrer heime i budsjettet for 2027.",
        "Opplæringa er avgjerande for at torget skal verke.",
    ),
    "begrunnelse": (
        "Torsdag til klokka 20 er lagt inn i punkt 2.",
        "Saka kjem tilbake i budsjettet.",
        "Opplæring i to dagar er lagd inn i punkt 4.",
    ),
    "kommentar": (
        "Alle fekk papira onsdag før møtet.",
        "Det tok tid før alle torde å seie kva dei meinte.",
        "Vi møtte kvar gong.",
    ),
    "arena": ("Forum", "Verkstad på Solsida", "Administrasjonsutvalet"),
    "formaal": ("Styre prosjektet", "Finne tiltak", "Handsame saker om tilsette"),
    "hvem": ("Fire frå kvar part", "Tilsette på alle vakter", "Ni medlemmer"),
    "hvor_ofte": ("Kvar sjette veke", "To gonger", "Åtte gonger i året"),
    "rettslig_status": (
        "Gruppe utan eige mynde",
        "Gruppe utan eige mynde",
        "Folkevalt organ",
    ),
    "referat_hvor": ("Felles arbeidsrom", "Felles arbeidsrom", "Møteportalen"),
    "svarer_for": ("Heile administrasjonen", "Kommunestyret", "Medlemmene"),
    "avgjoer": ("Dagleg drift", "Det vi har fullmakt til", "Vårt eige standpunkt"),
    "beslutningslinja": ("Førebur saka", "Gjer vedtaket", "Drøftar før vedtaket"),
    "viktig": ("Løysingar som kan driftast", "Kjende andlet", "Tid til å vere med"),
    "bekymring": ("At vi lovar for mykje", "At det blir dyrt", "At alt er avgjort"),
    "effektmaal": (
        "Fleire har fagutdanning",
        "Fleire har heil stilling",
        "Barna møter kjende vaksne",
    ),
    "indikator": ("Del med fagbrev", "Del heile stillingar", "Spørjeundersøking"),
    "nullpunkt": ("71 prosent", "38 prosent", "3,4 av 5"),
    "maalverdi": ("80 prosent", "50 prosent", "4,0 av 5"),
    "gevinsteier": ("Styrarane", "HR-sjefen", "Kommunalsjefen"),
    "leveranse": ("Kunnskapsgrunnlag", "Framlegg til plan", "Verktøy"),
    "behandling": ("Kommunestyret i juni", "Budsjettet for 2027", "Delegert"),
    "endret": ("Målet om vikarar kom inn", "To mål vart til eitt", "Ingenting"),
    "prosjekt": ("Fleire fagfolk", "Heile stillingar", "Innbyggjartorg"),
    "maal": ("Ja, alle tre", "Ja, men eitt mål manglar nullpunkt", "Delvis"),
    "tiltak": ("Ja, faste lag verkar", "For tidleg å seie", "Ja"),
    "dokumentasjon": ("Ja", "Nei, tal manglar for 2024", "Ja"),
    "styrkes": (
        "Leiarar i helgene",
        "Måling kvart kvartal",
        "Samarbeid med frivillige",
    ),
    "kilde": ("Personalsystemet", "Personalsystemet", "Spørjeundersøkinga"),
    "utfall": ("Vedteke", "Vedteke med endringar", "Teke til orientering"),
    "brukt_i_sak": ("2025/801", "2025/822", "2025/830"),
    "erfaring": ("Start med helgene", "Spør dei tilsette først", "Mål før du startar"),
    "raad": ("Set av vikarpengar", "Møt alle vaktene", "Bestem nullpunktet saman"),
    "nyttig_for": ("Turnustenester", "Alle", "Alle"),
    "swap_case": ("Skal helgetimane bli lengre?",),
    "exempt_what": ("Namnet på mor i andre avsnitt",),
    "exempt_basis": ("Ho vil ikkje stå fram med helsa si",),
    "no_remarks": ("ingen",),
    "basis": ("Hovudavtala, del B om informasjon og drøfting",),
}
SAID = {"nb": _SAME | _NB, "nn": _SAME | _NN}
NUMBERS = {
    "nullpunkt": (11.4, 38, 3.4),
    "naa": (10.2, 44, 3.9),
    "maal": (9.4, 50, 4),
    "antall": (212, 340, 96),
    "year": (2025,),
    "people": (4,),
    "asked": (27,),
    "answered": (23,),
    "late": (4,),
    "antall_a": (4, 6, 3),
    "antall_f": (4, 2, 5),
    "antall_t": (4, 6, 4),
}
