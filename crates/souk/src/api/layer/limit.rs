//! How often one address and one caller may call.
//!
//! Counted in memory by this process; several replicas each count for themselves.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use super::client::ClientAddress;
use crate::api::AppState;
use crate::api::problem::{Kind, Problem};
use crate::config::LimitArgs;

/// Requests between two times at which addresses that have been quiet are forgotten.
const FORGET_EVERY: u32 = 10_000;

/// Shops that visits from one address may wake within a minute. Visitors behind a proxy that is not trusted share it.
const WAKES: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// The counters.
pub struct Limits {
    requests: Option<DefaultKeyedRateLimiter<IpAddr>>,
    callers: Option<DefaultKeyedRateLimiter<String>>,
    checks: AtomicU32,
    wakes: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limits {
    pub fn new(args: &LimitArgs) -> Self {
        let burst = NonZeroU32::new(args.request_burst).unwrap_or(NonZeroU32::MIN);
        let quota = NonZeroU32::new(args.requests_per_second).map(|rate| Quota::per_second(rate).allow_burst(burst));
        Self {
            requests: quota.map(RateLimiter::keyed),
            callers: quota.map(RateLimiter::keyed),
            checks: AtomicU32::new(0),
            wakes: RateLimiter::keyed(Quota::per_minute(WAKES)),
        }
    }

    /// # Errors
    /// This client has asked too often.
    pub fn check_request(&self, client: IpAddr) -> Result<(), Problem> {
        let Some(limiter) = &self.requests else { return Ok(()) };
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
            if let Some(callers) = &self.callers {
                callers.retain_recent();
                callers.shrink_to_fit();
            }
        }
        limiter.check_key(&block(client)).map_err(|until| {
            refuse(&until, "This address has sent too many requests. Wait as long as Retry-After says.")
        })
    }
}

impl Limits {
    /// Whether a visit from this address may wake a shop now.
    pub fn may_wake(&self, client: IpAddr) -> bool {
        self.wakes.retain_recent();
        self.wakes.check_key(&block(client)).is_ok()
    }

    /// # Errors
    /// This caller has asked too often, from whatever addresses.
    pub fn check_caller(&self, name: &str) -> Result<(), Problem> {
        let Some(limiter) = &self.callers else { return Ok(()) };
        limiter.check_key(&name.to_owned()).map_err(|until| {
            refuse(&until, "This account has sent too many requests. Wait as long as Retry-After says.")
        })
    }
}

/// One customer of a provider holds a whole /64 of IPv6 addresses: they count as one.
pub fn block(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}

fn refuse(until: &NotUntil<<DefaultClock as Clock>::Instant>, detail: &str) -> Problem {
    let wait = until.wait_time_from(DefaultClock::default().now());
    Problem::new(Kind::TooManyRequests, detail).retry_after(wait.as_secs() + 1)
}

/// Counts calls of the API. Probes and the dashboard's files, which cost nothing, are not counted.
pub async fn limit_requests(
    State(state): State<AppState>,
    ClientAddress(client): ClientAddress,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let path = request.uri().path();
    if path.starts_with("/api/") && !path.starts_with("/api/docs") {
        state.limits.check_request(client)?;
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_ipv6_network_count_as_one() {
        let limits = Limits::new(&LimitArgs {
            requests_per_second: 1,
            request_burst: 2,
            creates_per_hour: 1,
            max_stores: 0,
            max_stores_per_owner: 0,
            creates_per_hour_per_owner: 0,
        });
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(limits.check_request(address("2001:db8::1")).is_ok());
        assert!(limits.check_request(address("2001:db8::2")).is_ok());
        assert_eq!(limits.check_request(address("2001:db8::3")).unwrap_err().kind(), Kind::TooManyRequests);
        assert!(limits.check_request(address("2001:db8:0:1::1")).is_ok());
    }
}
