//! The one module that starts `helm`.
