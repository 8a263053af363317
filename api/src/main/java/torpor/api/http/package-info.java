/// What every route has in common, and nothing that knows of jobs.
///
/// A route is a value ([Route]), so the table of all routes can be compared with `openapi.yaml`.
/// Handlers run on virtual threads and simply wait ([Waits]); each wait has a deadline and ends
/// when the server stops. Whatever cannot be done is thrown as [RefusedException] and becomes a
/// problem document in one place ([Problems]).
///
/// ```
///   socket → Jetty limits → access → RequestBody / Parameters → handler → Waits → engine
///                  │           │              │                    │
///                  └───────────┴──────────────┴── refusal ─────────┴──→ Problems → problem+json
/// ```
@NullMarked
package torpor.api.http;

import org.jspecify.annotations.NullMarked;
