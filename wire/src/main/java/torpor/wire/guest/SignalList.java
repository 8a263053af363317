package torpor.wire.guest;

import java.util.List;

/// Signals not taken before, oldest first; this answer takes them.
public record SignalList(List<GuestSignal> signals) {
  public SignalList {
    signals = List.copyOf(signals);
  }
}
