package torpor.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import torpor.core.snapshot.Token;

/// A simulated program: operations from first to last, the last of which ends it.
record GuestProgram(List<GuestOp> ops) {
  GuestProgram {
    ops = List.copyOf(ops);
  }

  static GuestProgram of(GuestOp... ops) {
    return new GuestProgram(List.of(ops));
  }

  GuestOp op(GuestMemory memory) {
    return ops.get(memory.at());
  }

  static final List<String> SIGNALS = List.of("go", "stop", "more");

  static GuestProgram random(Dice dice, int length) {
    List<GuestOp> ops = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      ops.addAll(one(dice, i));
    }
    int code = dice.chance(0.8) ? 0 : dice.between(1, 3);
    ops.add(dice.chance(0.8) ? new GuestOp.Exit(code) : new GuestOp.End(code));
    return new GuestProgram(ops);
  }

  private static List<GuestOp> one(Dice dice, int index) {
    Token token = new Token("t" + index);
    return switch (dice.below(14)) {
      case 0, 1, 2 -> List.of(new GuestOp.Work(Duration.ofSeconds(3)));
      case 3, 4, 5, 6 -> List.of(new GuestOp.Checkpoint(token));
      case 7, 8 -> List.of(new GuestOp.Sleep(token, dice.upTo(Duration.ofMinutes(3))));
      case 9 ->
          List.of(
              new GuestOp.WaitSignal(
                  token,
                  dice.chance(0.3) ? "*" : dice.pick(SIGNALS),
                  dice.chance(0.5)
                      ? Optional.of(dice.upTo(Duration.ofMinutes(2)))
                      : Optional.empty()));
      case 10, 11 ->
          List.of(
              new GuestOp.TakeSignals(
                  dice.chance(0.7) ? Optional.empty() : Optional.of(dice.pick(SIGNALS)),
                  dice.chance(0.5) ? Duration.ZERO : dice.upTo(Duration.ofSeconds(20))));
      case 12 -> locked(dice, index);
      default ->
          dice.chance(0.5)
              ? List.of(new GuestOp.Stumble(0.3))
              : List.of(new GuestOp.Report(dice.below(100)));
    };
  }

  private static List<GuestOp> locked(Dice dice, int index) {
    String id = "lock" + index;
    List<GuestOp> ops = new ArrayList<>();
    ops.add(new GuestOp.Lock(id, dice.upTo(Duration.ofSeconds(50)).plusMillis(1)));
    if (dice.chance(0.5)) {
      ops.add(new GuestOp.Checkpoint(new Token("locked" + index)));
    }
    if (dice.chance(0.7)) {
      ops.add(new GuestOp.Unlock(id));
    }
    return ops;
  }
}
