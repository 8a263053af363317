/// `/jobs`: spawn, look at, steer and remove jobs.
///
/// ```
///   JobRoutes      one job as a resource: spawn, list, show, remove
///   JobActions     what can be done to one: cancel, signal, wake, retry
///   JobWaits       waiting for a state or the result
///   JobReader      requests → engine        (pure)
///   JobJson        engine → answers         (pure)
/// ```
@NullMarked
package torpor.api.job;

import org.jspecify.annotations.NullMarked;
