package torpor.api.instance;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.Waits;
import torpor.core.instance.Instance;
import torpor.core.instance.InstanceId;
import torpor.core.instance.operation.InstanceEvent;
import torpor.core.instance.operation.Outcome;
import torpor.core.refusal.Refusal;
import torpor.engine.caller.Instances;

/// Asks for operations and waits for them, as long as the caller wants and not longer: what takes
/// more time goes on, and is answered with as it is.
public final class Operations {
  private static final Duration USUAL = Duration.ofSeconds(30);

  private final Instances instances;
  private final InstanceJson json;
  private final Waits waits;
  private final Duration longest;

  /// @param longest nobody waits longer in one call
  public Operations(Instances instances, InstanceJson json, Waits waits, Duration longest) {
    this.instances = instances;
    this.json = json;
    this.waits = waits;
    this.longest = longest;
  }

  /// How long the caller wants to wait: `timeout`, or half a minute.
  public Duration patience(Context context) {
    return Parameters.patience(context, "timeout", USUAL, longest);
  }

  /// @throws RefusedException where it is refused, or has failed
  public Instance ask(Context context, InstanceId id, InstanceEvent.FromCaller event) {
    Duration patience = patience(context);
    return waits.reply(instances.askAndWait(id, event, patience), patience);
  }

  /// What came of an operation that was begun.
  ///
  /// @throws RefusedException where it has failed
  public Instance end(Instance begun, Duration patience) {
    Instance now = waits.reply(instances.settled(begun.id(), patience), patience);
    failure(begun, now)
        .ifPresent(why -> {
          throw new RefusedException(why);
        });
    return now;
  }

  /// Why the operation that `begun` was in has failed, where it has.
  static Optional<Refusal> failure(Instance begun, Instance now) {
    return now.outcome()
        .filter(
            outcome -> begun.operation().filter(o -> o.number() == outcome.number()).isPresent())
        .flatMap(Outcome::failure);
  }

  /// 200 where nothing is under way any more, else 202.
  public void answer(Context context, Instance instance) {
    answer(context, instance, 200);
  }

  /// @param done the status where nothing is under way any more
  public void answer(Context context, Instance instance, int done) {
    context.status(instance.operation().isPresent() ? 202 : done).json(json.of(instance));
  }
}
