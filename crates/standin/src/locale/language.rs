//! The language that a reader gets, and dates and amounts as people write them in it.

use super::texts::{DANISH, ENGLISH, Texts};

const DANISH_MONTHS: &str =
    "januar februar marts april maj juni juli august september oktober november december";
const ENGLISH_MONTHS: &str =
    "January February March April May June July August September October November December";

/// A language that the frames speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// `da`, also for readers who prefer something that the frames do not speak.
    #[default]
    Danish,
    /// `en`.
    English,
}

impl Language {
    /// The language of the parameter `language` if it is one of ours, else of `Accept-Language`.
    pub fn choose(parameter: Option<&str>, accept_language: Option<&str>) -> Self {
        parameter
            .and_then(Self::from_tag)
            .or_else(|| Self::accepted(accept_language?))
            .unwrap_or_default()
    }

    /// The tag for `lang` attributes.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Danish => "da",
            Self::English => "en",
        }
    }

    /// The texts.
    pub(crate) fn texts(self) -> &'static Texts {
        match self {
            Self::Danish => &DANISH,
            Self::English => &ENGLISH,
        }
    }

    /// An amount in hundredths of a krone, as people write it.
    pub(crate) fn money(self, hundredths: u32) -> String {
        let (kroner, rest) = (hundredths / 100, hundredths % 100);
        match self {
            Self::Danish => format!("{kroner},{rest:02} kr."),
            Self::English => format!("DKK {kroner}.{rest:02}"),
        }
    }

    /// A price, which may be nothing.
    pub(crate) fn price(self, hundredths: u32) -> String {
        if hundredths == 0 {
            self.texts().free.into()
        } else {
            self.money(hundredths)
        }
    }

    /// A date `YYYY-MM-DD`, as people write it; anything else as it stands.
    pub(crate) fn date(self, date: &str) -> String {
        let mut parts = date.splitn(3, '-').map(str::parse::<usize>);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) =
            (parts.next(), parts.next(), parts.next())
        else {
            return date.into();
        };
        let names = match self {
            Self::Danish => DANISH_MONTHS,
            Self::English => ENGLISH_MONTHS,
        };
        let name = names.split(' ').nth(month.wrapping_sub(1));
        match (name, self) {
            (None, _) => date.into(),
            (Some(name), Self::Danish) => format!("{day}. {name} {year}"),
            (Some(name), Self::English) => format!("{day} {name} {year}"),
        }
    }

    fn from_tag(tag: &str) -> Option<Self> {
        match tag
            .trim()
            .split(['-', '_'])
            .next()?
            .to_ascii_lowercase()
            .as_str()
        {
            "da" => Some(Self::Danish),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Of the languages that we speak, the first of those with the highest weight in an `Accept-Language` header; none
    /// where it names none of them.
    pub(crate) fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Self::from_tag) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map(str::parse);
            let weight = weight.map_or(1.0, |weight| weight.unwrap_or(0.0));
            if weight > best.map_or(0.0, |(best, _)| best) {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_wins_then_the_browser_then_danish() {
        let choose = Language::choose;
        assert_eq!(choose(Some("en"), Some("da")), Language::English);
        assert_eq!(choose(Some("en-GB"), None), Language::English);
        assert_eq!(choose(Some("sv"), Some("en")), Language::English);
        assert_eq!(
            choose(None, Some("sv, en;q=0.5, da;q=0.8")),
            Language::Danish
        );
        assert_eq!(
            choose(None, Some("fr;q=0.9,en-US;q=0.8")),
            Language::English
        );
        assert_eq!(choose(None, Some("en;q=nonsense, ;;q=,")), Language::Danish);
        assert_eq!(choose(None, None), Language::Danish);
    }

    #[test]
    fn dates_are_written_as_people_do() {
        assert_eq!(Language::Danish.date("2025-03-01"), "1. marts 2025");
        assert_eq!(Language::English.date("2026-12-24"), "24 December 2026");
        for odd in ["", "2025-03", "2025-13-01", "2025-00-01", "yesterday"] {
            assert_eq!(Language::English.date(odd), odd);
        }
    }

    #[test]
    fn money_is_written_as_people_do() {
        assert_eq!(Language::Danish.money(89_900), "899,00 kr.");
        assert_eq!(Language::English.money(1_005), "DKK 10.05");
        assert_eq!(Language::Danish.price(0), "Gratis");
    }
}
