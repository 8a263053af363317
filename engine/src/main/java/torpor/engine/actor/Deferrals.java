package torpor.engine.actor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.engine.clock.Alarms;

/// The mail of one actor that cannot be decided yet, and one alarm for the earliest moment to look
/// again. Touched on the actor's turn only.
final class Deferrals {
  private final Alarms alarms;
  private final Runnable lookAgain;
  private List<Mail> waiting = new ArrayList<>();
  private Optional<Instant> earliest = Optional.empty();
  private Optional<Alarms.Alarm> alarm = Optional.empty();

  /// @param lookAgain called from the alarm, off the actor's turn
  Deferrals(Alarms alarms, Runnable lookAgain) {
    this.alarms = alarms;
    this.lookAgain = lookAgain;
  }

  void add(Mail mail, Instant recheckAt) {
    waiting.add(mail);
    if (earliest.filter(set -> !recheckAt.isBefore(set)).isEmpty()) {
      alarm.ifPresent(Alarms.Alarm::cancel);
      earliest = Optional.of(recheckAt);
      alarm = Optional.of(alarms.at(recheckAt, lookAgain));
    }
  }

  /// All of it, to be decided anew.
  List<Mail> takeAll() {
    List<Mail> all = waiting;
    waiting = new ArrayList<>();
    alarm.ifPresent(Alarms.Alarm::cancel);
    alarm = Optional.empty();
    earliest = Optional.empty();
    return all;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
