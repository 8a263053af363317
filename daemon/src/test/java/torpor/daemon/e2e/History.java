package torpor.daemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import torpor.wire.Event;

/// What happened to one job, in order, and what must be true of it whatever was killed meanwhile.
record History(String job, List<Event> events) {
  History {
    events = List.copyOf(events);
  }

  long count(String kind) {
    return events.stream().filter(event -> event.kind().equals(kind)).count();
  }

  long count(String kind, String attribute, String value) {
    return events.stream()
        .filter(event -> event.kind().equals(kind))
        .filter(event -> value.equals(event.attributes().get(attribute)))
        .count();
  }

  /// P1: every restore is of the newest durable snapshot, and nothing begins again from the start
  /// once there is one. Each life has a number of its own.
  History neverRollsBack() {
    Optional<String> newest = Optional.empty();
    int generation = 0;
    for (Event event : events) {
      Map<String, String> about = event.attributes();
      switch (event.kind()) {
        case "job.checkpointed" -> newest = Optional.ofNullable(about.get("snapshot"));
        case "job.starting" -> {
          assertThat(newest).as("started over, in %s", this).isEmpty();
          generation = next(generation, about);
        }
        case "job.restoring" -> {
          assertThat(about.get("snapshot"))
              .as("restored, in %s", this)
              .isEqualTo(newest.orElse(""));
          generation = next(generation, about);
        }
        default -> {
          // Says nothing about where a life began.
        }
      }
    }
    return this;
  }

  private int next(int generation, Map<String, String> about) {
    assertThat(about.get("generation"))
        .as("the life after generation %d, in %s", generation, this)
        .isEqualTo(Integer.toString(generation + 1));
    return generation + 1;
  }

  /// P5: every sleep ends once, and none that time ended did so early.
  History everySleepEndsOnce() {
    Optional<String> until = Optional.empty();
    boolean asleep = false;
    for (Event event : events) {
      if (event.kind().equals("job.suspended")) {
        assertThat(asleep).as("fell asleep in its sleep, in %s", this).isFalse();
        asleep = true;
        until = Optional.ofNullable(event.attributes().get("until")).filter(u -> !u.equals("-"));
      } else if (event.kind().equals("job.woken") && asleep) {
        asleep = false;
        if ("timer".equals(event.attributes().get("by"))) {
          assertThat(event.at())
              .as("woken early, in %s", this)
              .isAfterOrEqualTo(Instant.parse(until.orElseThrow()));
        }
      }
    }
    assertThat(asleep).as("still asleep, in %s", this).isFalse();
    return this;
  }

  /// It ended once, and nothing happened after it.
  History endedOnce(String kind) {
    assertThat(count(kind)).as("%s, in %s", kind, this).isEqualTo(1);
    assertThat(events.getLast().kind()).as("the last of %s", this).isEqualTo(kind);
    assertThat(events.stream().map(Event::sequence)).as("sequences of %s", this).isSorted();
    assertThat(events.stream().map(Event::sequence)).doesNotHaveDuplicates();
    return this;
  }

  @Override
  public String toString() {
    return events.stream()
        .map(event ->
            "%d %s %s %s".formatted(event.sequence(), event.at(), event.kind(), event.attributes()))
        .collect(Collectors.joining("\n  ", job + "\n  ", "\n"));
  }
}
