//! Who may call: the admin token and the cookie sessions made from it.
