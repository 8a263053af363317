package torpor.images;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.core.image.ImageDigest;
import torpor.core.image.ImagePhase;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.image.ImageView;
import torpor.images.fetch.FetchReport;
import torpor.images.fetch.Fetching;
import torpor.images.refused.ImageRefusedException;
import torpor.images.shelf.StoredImage;

/// The fetches that were asked for, in that order, of which a few run at a time. Touched on the
/// desk only; each running fetch has a thread, which reports to the desk.
final class FetchLine {
  private static final Logger log = LoggerFactory.getLogger(FetchLine.class);

  private final Executor desk;
  private final Fetching fetching;
  private final int atOnce;
  private final Map<String, Fetch> underWay = new LinkedHashMap<>();

  /// Also those that nobody waits for any more.
  private final List<Thread> workers = new ArrayList<>();

  private boolean closed;

  private final Outcomes outcomes;

  /// Told on the desk what fetches come to.
  interface Outcomes {
    /// Told before anybody who waits for the fetch.
    ///
    /// @return what those who wait are told
    Reply<StoredImage> settle(Fetch fetch, Reply<StoredImage> outcome);

    /// An image came after all, though its fetch was dropped.
    void unasked(StoredImage image);
  }

  FetchLine(Executor desk, Fetching fetching, int atOnce, Outcomes outcomes) {
    this.desk = desk;
    this.fetching = fetching;
    this.atOnce = atOnce;
    this.outcomes = outcomes;
  }

  Optional<Fetch> find(String name) {
    return Optional.ofNullable(underWay.get(name));
  }

  boolean fetches(ImageDigest digest) {
    return underWay.values().stream().anyMatch(it -> it.digest().equals(Optional.of(digest)));
  }

  List<ImageView> views() {
    return underWay.values().stream().map(this::view).toList();
  }

  ImageView view(Fetch fetch) {
    int position = 0;
    for (Fetch other : underWay.values()) {
      position += other.isWaiting() ? 1 : 0;
      if (other == fetch) {
        break;
      }
    }
    return fetch.view(position);
  }

  void add(Fetch fetch) {
    underWay.put(fetch.name(), fetch);
    startNext();
  }

  /// Ends a fetch at once for those who wait; its thread ends soon after.
  void drop(Fetch fetch, Refusal why) {
    underWay.remove(fetch.name(), fetch);
    fetch.worker().ifPresent(Thread::interrupt);
    fetch.end().complete(Reply.refused(why));
    tellWaiting();
  }

  /// @return the threads that are still to end
  List<Thread> close(Refusal why) {
    closed = true;
    List.copyOf(underWay.values()).forEach(fetch -> drop(fetch, why));
    return List.copyOf(workers);
  }

  static void awaitEnd(List<Thread> threads, Duration deadline) throws InterruptedException {
    for (Thread thread : threads) {
      if (!thread.join(deadline)) {
        log.warn("{} does not end", thread.getName());
      }
    }
  }

  private void startNext() {
    for (Fetch fetch : List.copyOf(underWay.values())) {
      if (!closed && fetch.isWaiting() && workers.size() < atOnce) {
        start(fetch);
      }
    }
    tellWaiting();
  }

  private void start(Fetch fetch) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("image-fetch " + fetch.name())
            .unstarted(() -> work(fetch, Thread.currentThread()));
    workers.add(thread);
    fetch.began(thread);
    fetch.tell(view(fetch));
    thread.start();
  }

  private void work(Fetch fetch, Thread self) {
    Reply<StoredImage> outcome = attempt(fetch);
    desk.execute(() -> finish(fetch, outcome, self));
  }

  /// The edge where what ended a fetch becomes a value.
  private Reply<StoredImage> attempt(Fetch fetch) {
    try {
      return Reply.done(fetching.fetch(fetch.source(), new Reports(fetch)));
    } catch (ImageRefusedException e) {
      log.info("{} was not fetched: {}", fetch.name(), e.getMessage());
      return Reply.refused(e.refusal());
    } catch (InterruptedException e) {
      return Reply.refused(
          Refusal.of(
              RefusalCode.IMAGE_FAILED, "the fetch was interrupted", "Ask for the image again."));
    } catch (RuntimeException | Error e) {
      log.error("fetching {} failed by a fault of our own", fetch.name(), e);
      return Reply.refused(
          Refusal.of(
              RefusalCode.INTERNAL,
              "fetching %s failed by a fault in Torpor".formatted(fetch.name()),
              "The daemon's log has the details; please report them."));
    }
  }

  private void finish(Fetch fetch, Reply<StoredImage> outcome, Thread worker) {
    workers.remove(worker);
    if (underWay.remove(fetch.name(), fetch)) {
      fetch.end().complete(outcomes.settle(fetch, outcome));
    } else if (outcome instanceof Reply.Done<StoredImage>(StoredImage image)) {
      outcomes.unasked(image);
    }
    startNext();
  }

  /// Whoever waits has moved up.
  private void tellWaiting() {
    underWay.values().stream().filter(Fetch::isWaiting).forEach(it -> it.tell(view(it)));
  }

  private final class Reports implements FetchReport {
    private final Fetch fetch;

    Reports(Fetch fetch) {
      this.fetch = fetch;
    }

    @Override
    public void resolved(ImageDigest digest) {
      change(() -> fetch.resolved(digest));
    }

    @Override
    public void pulling(int percent) {
      change(() -> fetch.reached(ImagePhase.PULLING, percent));
    }

    @Override
    public void converting(int percent) {
      change(() -> fetch.reached(ImagePhase.CONVERTING, percent));
    }

    private void change(Runnable change) {
      desk.execute(() -> {
        change.run();
        fetch.tell(view(fetch));
      });
    }
  }
}
