/// What has become durable, told to those who wait for it: [Feed] the history, [EndWatch] the end
/// of one job.
///
/// Invariant: whoever listens begins to before looking, so nothing that becomes durable between the
/// two is missed.
@NullMarked
package torpor.engine.feed;

import org.jspecify.annotations.NullMarked;
