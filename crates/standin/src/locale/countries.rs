//! Countries: ISO codes with Danish and English names.

const KNOWN: [(&str, &str, &str); 10] = [
    ("DK", "Danmark", "Denmark"),
    ("FO", "Færøerne", "Faroe Islands"),
    ("GL", "Grønland", "Greenland"),
    ("SE", "Sverige", "Sweden"),
    ("NO", "Norge", "Norway"),
    ("IS", "Island", "Iceland"),
    ("FI", "Finland", "Finland"),
    ("DE", "Tyskland", "Germany"),
    ("GB", "Storbritannien", "United Kingdom"),
    ("US", "USA", "United States"),
];

/// The ISO 3166-1 code of a country that somebody wrote in either language.
pub(crate) fn code(name: &str) -> Option<&'static str> {
    let known = KNOWN
        .iter()
        .find(|(_, danish, english)| name == *danish || name == *english);
    known.map(|(code, _, _)| *code)
}

/// The Danish name of a code.
pub(crate) fn name(code: &str) -> Option<&'static str> {
    let known = KNOWN.iter().find(|(known, _, _)| *known == code);
    known.map(|(_, danish, _)| *danish)
}
