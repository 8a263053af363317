package torpor.wire;

import java.util.List;

/// Events, oldest first.
///
/// @param nextCursor where the history goes on, also at its present end
public record EventPage(List<Event> events, String nextCursor) {
  public EventPage {
    events = List.copyOf(events);
  }
}
