//! The sentences of frames and server API, Danish beside English.

/// One line per text: name, Danish, English. A text that lacks a language does not compile.
macro_rules! texts {
    ($($name:ident: $danish:literal, $english:literal;)*) => {
        /// All texts in one language. Each is named after its use.
        #[allow(missing_docs)]
        #[derive(Debug)]
        pub(crate) struct Texts { $(pub(crate) $name: &'static str,)* }

        pub(super) static DANISH: Texts = Texts { $($name: $danish,)* };
        pub(super) static ENGLISH: Texts = Texts { $($name: $english,)* };
    };
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
    lacking_lead: "Du er logget ind, men det, du vil læse, kræver adgang til:",
        "You are logged in, but what you want to read needs access to:";
    lacking_one_lead: "Du er logget ind, men det, du vil læse, kræver adgang til en af disse:",
        "You are logged in, but what you want to read needs access to one of these:";
    for_subscribers: "for abonnenter", "for subscribers";
    go_on: "Fortsæt", "Continue";
    front_page: "Til forsiden", "To the front page";
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
    unregistered: "Webstedet er ikke registreret", "This site is not registered";
    unregistered_lead: "Rammer vises kun på udgiverens registrerede websteder. Det er ikke:",
        "Frames are shown only on the publisher's registered sites. This is none of them:";
    unregistered_hint: "Start stand-in med", "Start the stand-in with";
    not_found: "Siden findes ikke", "There is no such page";
}
