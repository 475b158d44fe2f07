//! Renewed tokens: what an answer of a token endpoint says, how long a token lives, who renews it.

mod answer;
mod life;
mod state;

pub use answer::{Issued, Unreadable};
pub use life::{LONGEST_LIFE, USUAL_LIFE, leeway};
pub use state::{Held, Need, Tokens};
