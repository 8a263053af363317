/// The daemon's settings: where each value may come from, and what it may be.
///
/// ```
///   flags > environment > named file > ./torpor.toml > packaged defaults > built in
///                              |
///                  every layer is read and checked whole
///                              |
///              all problems at once  |  Settings, with an origin for each value
/// ```
///
/// Invariant: there are [Settings] only where every layer is without fault, also in what another
/// layer overrides. Nothing here starts, creates or connects anything.
@NullMarked
package torpor.daemon.config;

import org.jspecify.annotations.NullMarked;
