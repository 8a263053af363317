package torpor.api.instance;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import torpor.api.http.Bell;
import torpor.api.http.Patience;
import torpor.api.http.Problems;
import torpor.api.http.ProgressStream;
import torpor.api.http.RefusedException;
import torpor.api.http.Waits;
import torpor.api.image.ImageJson;
import torpor.core.instance.Instance;
import torpor.core.instance.operation.Operation;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.caller.Instances;
import torpor.engine.image.ImageView;
import torpor.engine.image.Images;
import torpor.wire.instance.InstanceProgress;

/// Tells one reader how far a create is, until the instance runs or has failed. Used by one thread.
final class CreateFollower {
  private final Instances instances;
  private final Images images;
  private final InstanceJson json;
  private final Waits waits;
  private final Duration keepAlive;
  private final Bell bell = new Bell();
  private final AtomicReference<Optional<ImageView>> image =
      new AtomicReference<>(Optional.empty());

  CreateFollower(MachinePorts ports, InstanceJson json, Waits waits, Duration keepAlive) {
    this.instances = ports.instances();
    this.images = ports.images();
    this.json = json;
    this.waits = waits;
    this.keepAlive = keepAlive;
  }

  void follow(Instance begun, ProgressStream stream) throws IOException {
    try (Following _ = followImage(begun)) {
      end(begun, untilTheEnd(begun, stream), stream);
    } catch (RefusedException stopping) {
      stream.tell("problem", InstanceProgress.of(Problems.of(stopping.refusal())));
    }
  }

  /// What was told of the image before anybody listened is looked up.
  private Following followImage(Instance begun) {
    AutoCloseable subscription =
        instances.imageProgress(
            begun.id(),
            view -> {
              image.set(Optional.of(view));
              bell.ring();
            });
    if (waits.value(images.find(begun.spec().origin().imageSource()))
        instanceof Reply.Done<ImageView>(ImageView view)) {
      image.compareAndSet(Optional.empty(), Optional.of(view));
    }
    return () -> close(subscription);
  }

  private interface Following extends AutoCloseable {
    @Override
    void close();
  }

  private static void close(AutoCloseable subscription) {
    try {
      subscription.close();
    } catch (Exception failure) {
      throw new IllegalStateException("a subscription was not ended", failure);
    }
  }

  /// @return the instance once its create is over; empty where it was deleted in the meantime
  private Optional<Instance> untilTheEnd(Instance begun, ProgressStream stream) throws IOException {
    Optional<Instance> now = Optional.of(begun);
    CompletableFuture<Optional<Instance>> change = nextChange(begun);
    while (isUnderWay(begun, now)) {
      var rung = bell.listen();
      if (!change.isDone()) {
        stream.tell("progress", progress(now.orElseThrow()));
        // What is told again after a silence shows whether the reader is still there.
        waits.value(Patience.upTo(rung, keepAlive), keepAlive);
      }
      if (change.isDone()) {
        now = waits.value(change);
        if (now.isPresent()) {
          change = nextChange(now.orElseThrow());
        }
      }
    }
    return now;
  }

  private CompletableFuture<Optional<Instance>> nextChange(Instance seen) {
    CompletableFuture<Optional<Instance>> change =
        instances.awaitChange(seen, keepAlive).toCompletableFuture();
    var _ = change.whenComplete((_, _) -> bell.ring());
    return change;
  }

  private static boolean isUnderWay(Instance begun, Optional<Instance> now) {
    return begun.operation().isPresent()
        && now.flatMap(Instance::operation)
            .filter(o -> o.number() == begun.operation().orElseThrow().number())
            .isPresent();
  }

  private InstanceProgress progress(Instance now) {
    Operation.Step step = now.operation().map(Operation::step).orElse(Operation.Step.IMAGE);
    return InstanceProgress.step(
        step.text(),
        step == Operation.Step.IMAGE ? image.get().map(ImageJson::of) : Optional.empty());
  }

  private void end(Instance begun, Optional<Instance> now, ProgressStream stream)
      throws IOException {
    Optional<Refusal> failure =
        now.isEmpty()
            ? Optional.of(InstancePath.gone(begun.id()).refusal())
            : Operations.failure(begun, now.orElseThrow());
    if (failure.isPresent()) {
      stream.tell("problem", InstanceProgress.of(Problems.of(failure.orElseThrow())));
    } else {
      stream.tell("instance", InstanceProgress.of(json.of(now.orElseThrow())));
    }
  }
}
