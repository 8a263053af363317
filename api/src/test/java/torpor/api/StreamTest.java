package torpor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import torpor.api.fake.SampleJobs;
import torpor.core.job.JobId;
import torpor.core.job.JobState;
import torpor.wire.Event;
import torpor.wire.EventPage;
import torpor.wire.WireJson;

@Timeout(20)
class StreamTest {
  @TempDir Path directory;
  private TestServer server;

  @BeforeEach
  void start() {
    server = new TestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpRequest.Builder events(String path) {
    return server.request(path).header("Accept", "text/event-stream");
  }

  @Test
  void historyIsReadInPagesThatGoOnAtItsEnd() throws Exception {
    JobId id = server.spawn();
    server.jobs.put(id, SampleJobs.suspended());
    EventPage first = page("/v1/events?limit=1");
    assertThat(first.events()).extracting(Event::kind).containsExactly("job.spawned");
    EventPage second = page("/v1/jobs/" + id + "/events?cursor=" + first.nextCursor());
    assertThat(second.events()).extracting(Event::kind).containsExactly("job.suspended");
    assertThat(second.events().getFirst().jobId()).isEqualTo(id.toString());
    EventPage end = page("/v1/events?wait=50ms&cursor=" + second.nextCursor());
    assertThat(end.events()).isEmpty();
    assertThat(end.nextCursor()).isEqualTo(second.nextCursor());
  }

  private EventPage page(String path) throws Exception {
    return WireJson.read(server.get(path).body(), EventPage.class);
  }

  @Test
  void aJobsStreamTellsItsHistoryAndThenWhatHappens() throws Exception {
    JobId id = server.spawn();
    JobId other = server.spawn();
    try (Lines lines = server.stream(events("/v1/jobs/" + id + "/events"))) {
      assertThat(lines.event().subList(0, 2)).containsExactly("id: 1", "event: job.spawned");
      server.jobs.put(other, SampleJobs.suspended());
      server.jobs.put(id, SampleJobs.suspended());
      List<String> event = lines.event();
      assertThat(event.subList(0, 2)).containsExactly("id: 4", "event: job.suspended");
      Event data = WireJson.read(event.get(2).substring("data: ".length()), Event.class);
      assertThat(data.sequence()).isEqualTo(4);
      assertThat(data.attributes()).containsEntry("generation", "1");
    }
  }

  @Test
  void aBrokenStreamGoesOnBehindTheLastEvent() throws Exception {
    JobId id = server.spawn();
    server.jobs.put(id, SampleJobs.suspended());
    server.jobs.put(id, SampleJobs.failed());
    try (Lines lines = server.stream(events("/v1/events").header("Last-Event-ID", "2"))) {
      assertThat(lines.event()).startsWith("id: 3", "event: job.failed");
    }
  }

  @Test
  void aStreamOfTheNodeBeginsNow() throws Exception {
    JobId id = server.spawn();
    try (Lines lines = server.stream(events("/v1/events"))) {
      server.jobs.put(id, SampleJobs.suspended());
      assertThat(lines.event()).startsWith("id: 2");
    }
  }

  @Test
  void aStreamWithoutNewsSaysThatItIsAlive() throws Exception {
    server.spawn();
    try (Lines lines = server.stream(events("/v1/events"))) {
      assertThat(lines.next()).isEqualTo(": keep-alive");
    }
  }

  @Test
  void aStreamEndsWhenTheServerCloses() throws Exception {
    server.spawn();
    try (Lines lines = server.stream(events("/v1/events"))) {
      server.server.close();
      assertThat(lines.event()).isEmpty();
    }
  }

  private Path console(JobId id) throws Exception {
    Path file = directory.resolve(id.toString()).resolve("console.log");
    Files.createDirectories(file.getParent());
    return file;
  }

  private static void append(Path file, String text) throws Exception {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void logsAreReadWholeOrFromTheirTail() throws Exception {
    JobId id = server.spawn();
    assertThat(server.get("/v1/jobs/" + id + "/logs").body()).isEmpty();
    append(console(id), "one\ntwo\nthree\n");
    String logs = "/v1/jobs/" + id + "/logs";
    assertThat(server.get(logs).body()).isEqualTo("one\ntwo\nthree\n");
    assertThat(server.get(logs + "?tail=2").body()).isEqualTo("two\nthree\n");
    assertThat(server.get(logs + "?tail=9").body()).isEqualTo("one\ntwo\nthree\n");
    assertThat(server.get(logs + "?tail=0").body()).isEmpty();
    assertThat(server.get("/v1/jobs/job_zz/logs").statusCode()).isEqualTo(404);
  }

  @Test
  void aTailMayBeLongerThanOneBlock() throws Exception {
    JobId id = server.spawn();
    String line = "x".repeat(999) + "\n";
    append(console(id), line.repeat(200));
    assertThat(server.get("/v1/jobs/" + id + "/logs?tail=150").body()).hasSize(150_000);
  }

  @Test
  void followingShowsWhatIsWrittenUntilTheJobEnds() throws Exception {
    JobId id = server.spawn();
    server.jobs.put(id, new JobState.Starting(SampleJobs.SPAWNED));
    try (Lines lines = server.stream(server.request("/v1/jobs/" + id + "/logs?follow=true"))) {
      assertThat(lines.status()).isEqualTo(200);
      // The directory is made only after somebody follows; the job's history tells of it.
      Path console = console(id);
      append(console, "first\n");
      server.jobs.happened(id, "job.running");
      assertThat(lines.next()).isEqualTo("first");
      append(console, "second\n");
      assertThat(lines.next()).isEqualTo("second");
      append(console, "last");
      server.jobs.put(id, SampleJobs.completed());
      assertThat(lines.next()).isEqualTo("last");
      assertThat(lines.next()).isEqualTo("<end>");
    }
  }

  @Test
  void logEventsCarryTheOffsetAndResumeFromIt() throws Exception {
    JobId id = server.spawn();
    Path console = console(id);
    append(console, "one\ntwo\n\nhalf");
    String path = "/v1/jobs/" + id + "/logs?follow=true";
    try (Lines lines = server.stream(events(path))) {
      assertThat(lines.event()).containsExactly("id: 4", "event: log", "data: one");
      assertThat(lines.event()).containsExactly("id: 8", "event: log", "data: two");
      assertThat(lines.event()).containsExactly("id: 9", "event: log", "data: ");
    }
    try (Lines lines = server.stream(events(path).header("Last-Event-ID", "8"))) {
      assertThat(lines.event()).containsExactly("id: 9", "event: log", "data: ");
      append(console, " and half\n");
      assertThat(lines.event()).containsExactly("id: 23", "event: log", "data: half and half");
      append(console, "rest");
      server.jobs.put(id, SampleJobs.completed());
      assertThat(lines.event()).containsExactly("id: 27", "event: log", "data: rest");
      assertThat(lines.event()).containsExactly("id: 27", "event: end", "data: ");
      assertThat(lines.next()).isEqualTo("<end>");
    }
  }

  @Test
  void twoFollowersOfOneConsoleBothSeeEverything() throws Exception {
    JobId id = server.spawn();
    Path console = console(id);
    String path = "/v1/jobs/" + id + "/logs?follow=true";
    try (Lines two = server.stream(server.request(path))) {
      try (Lines one = server.stream(server.request(path))) {
        append(console, "a\n");
        assertThat(one.next()).isEqualTo("a");
      }
      assertThat(two.next()).isEqualTo("a");
      append(console, "b\n");
      assertThat(two.next()).isEqualTo("b");
    }
  }

  @Test
  void plainTextEndsAfterALongSilenceSinceItsReaderMayBeGone() throws Exception {
    try (TestServer impatient = new TestServer(directory, TestServer.impatient())) {
      JobId id = impatient.spawn();
      append(console(id), "one\n");
      assertThat(impatient.get("/v1/jobs/" + id + "/logs?follow=true").body()).isEqualTo("one\n");
    }
  }
}
