/// `/events`: what has happened, oldest first, as pages or as a stream that goes on.
///
/// Both are the same walk along the history by sequence number, so a client can change from one to
/// the other, and a stream that broke goes on behind the last event that arrived.
@NullMarked
package torpor.api.event;

import org.jspecify.annotations.NullMarked;
