//! The texts of the frames, Danish beside English, and which of the two a reader gets.

/// One line per text: name, Danish, English. A text that lacks a language does not compile.
macro_rules! texts {
    ($($name:ident: $danish:literal, $english:literal;)*) => {
        /// All texts in one language. The names say what each is for.
        #[allow(missing_docs)]
        #[derive(Debug)]
        pub(crate) struct Texts { $(pub(crate) $name: &'static str,)* }

        static DANISH: Texts = Texts { $($name: $danish,)* };
        static ENGLISH: Texts = Texts { $($name: $english,)* };
    };
}

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

    // The first of the highest weight that we speak.
    fn accepted(header: &str) -> Option<Self> {
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

texts! {
    standin: "Kun til udvikling: dette er en stand-in, ikke den rigtige Iteras-tjeneste.",
        "For development only: this is a stand-in, not the real Iteras service.";
    log_in: "Log ind", "Log in";
    log_in_lead: "Log ind for at læse videre.", "Log in to read on.";
    log_in_selfservice: "Log ind for at se dit abonnement.", "Log in to see your subscription.";
    who: "E-mail eller kundenummer", "E-mail or customer number";
    password: "Adgangskode", "Password";
    choose_password: "Vælg en adgangskode", "Choose a password";
    log_in_failed: "E-mail, kundenummer eller adgangskode passer ikke. Prøv igen.",
        "The e-mail, customer number or password is not right. Try again.";
    fill_in_who: "Skriv din e-mail eller dit kundenummer.", "Type your e-mail or your customer number.";
    fill_in_password: "Skriv din adgangskode.", "Type your password.";
    link_expired: "Linket er for gammelt. Log ind her i stedet.",
        "The link is too old. Log in here instead.";
    again: "Du har været logget ind længe. Log ind igen.",
        "You have been logged in for long. Log in again.";
    logged_in: "Du er logget ind", "You are logged in";
    logged_in_as: "Logget ind som", "Logged in as";
    read_on: "Du kan læse videre.", "You can read on.";
    other_customer: "Log ind som en anden", "Log in as somebody else";
    no_access: "Dit abonnement giver ikke adgang", "Your subscription does not give access";
    no_access_lead: "Du er logget ind, men har ikke adgang til:", "You are logged in, but have no access to:";
    only_user: "Du er logget ind, men det her er kun for abonnenter:",
        "You are logged in, but this is for subscribers only:";
    no_access_hint: "Bestil eller forny et abonnement for at læse videre.",
        "Order or renew a subscription to read on.";
    go_on: "Fortsæt", "Continue";
    going_on: "Du bliver sendt videre om lidt.", "We take you on in a moment.";
    product: "Vælg abonnement", "Choose a subscription";
    free: "Gratis", "Free";
    about_you: "Om dig", "About you";
    name: "Navn", "Name";
    email: "E-mail", "E-mail";
    street: "Adresse", "Address";
    postcode: "Postnummer", "Postcode";
    city: "By", "Town";
    country: "Land", "Country";
    denmark: "Danmark", "Denmark";
    to_payment: "Videre til betaling", "On to payment";
    payment: "Betaling", "Payment";
    pretend: "Ingen penge skifter hænder: vælg, hvordan betalingen skal gå.",
        "No money changes hands: choose how the payment goes.";
    to_pay: "At betale", "To pay";
    pay: "Betal", "Pay";
    decline: "Lad betalingen blive afvist", "Let the payment be declined";
    declined: "Betalingen blev afvist. Prøv igen.", "The payment was declined. Try again.";
    order_gone: "Bestillingen findes ikke mere. Begynd forfra.",
        "The order is no longer there. Start again.";
    start_again: "Begynd forfra", "Start again";
    receipt: "Tak for din bestilling", "Thank you for your order";
    customer_number: "Kundenummer", "Customer number";
    invoice: "Faktura", "Invoice";
    sign_up: "Tilmeld", "Sign up";
    signed_up: "Velkommen", "Welcome";
    errors: "Ret venligst felterne nedenfor.", "Please correct the fields below.";
    choose_product: "Vælg et abonnement.", "Choose a subscription.";
    fill_in: "Feltet skal udfyldes.", "This field is needed.";
    too_long: "Teksten er for lang.", "The text is too long.";
    bad_email: "Skriv en e-mail-adresse, f.eks. navn@example.com.",
        "Type an e-mail address, such as name@example.com.";
    short_password: "Brug mindst 5 tegn.", "Use at least 5 characters.";
    known_email: "Der er allerede en kunde med denne e-mail. Skriv kundens adgangskode.",
        "There is already a customer with this e-mail. Type that customer's password.";
    your_data: "Dine oplysninger", "Your data";
    subscriptions: "Abonnementer", "Subscriptions";
    no_subscriptions: "Du har ingen abonnementer.", "You have no subscriptions.";
    active: "Aktivt", "Active";
    ended: "Udløbet", "Ended";
    since: "siden", "since";
    until: "til", "until";
    invoices: "Fakturaer", "Invoices";
    no_invoices: "Du har ingen fakturaer.", "You have no invoices.";
    date: "Dato", "Date";
    amount: "Beløb", "Amount";
    paid: "Betalt", "Paid";
    unpaid: "Ikke betalt", "Not paid";
    edit_address: "Ret adresse", "Edit address";
    save: "Gem", "Save";
    cancel: "Fortryd", "Cancel";
    saved: "Din adresse er gemt.", "Your address is saved.";
    log_out: "Log ud", "Log out";
    logged_out: "Du er logget ud.", "You are logged out.";
    done: "Færdig", "Done";
    no_customer: "Kunden findes ikke.", "Customer does not exist.";
    no_campaign: "Kampagnen findes ikke.", "Campaign does not exist.";
    taken_email: "Der er allerede en kunde med denne e-mail.", "There is already a customer with this e-mail.";
    taken_id: "Der er allerede en kunde med dette nummer.", "There is already a customer with this number.";
    bad_id: "Brug kun bogstaver og cifre.", "Use letters and digits only.";
    bad_date: "Skriv en gyldig dato, f.eks. 2010-12-24.", "Enter a valid date, such as 2010-12-24.";
    end_before_begin: "Slutdatoen er før begyndelsen.", "The end is before the beginning.";
    not_text: "Feltet skal være en tekst.", "The field has to be a text.";
    no_country: "Landekoden kendes ikke.", "The country code is not known.";
    no_field: "Feltet findes ikke.", "There is no such field.";
    not_found: "Siden findes ikke", "There is no such page";
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
