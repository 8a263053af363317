/*
 * The demo's job: a concordance over a large corpus (the sources of the JDK), indexed in steps that
 * survive any crash, written to a private file, published on a signal, verified, and reported.
 *
 *   /corpus/part-000.txt ... --index--> memory --write--> /index.txt --wait "publish"--> verify
 *            checkpoint every N MB              checkpoint          no memory held
 *
 * There is no recovery code below: the program is written as if nothing could fail, and the
 * result is a pure function of the corpus, the params and the payload of the signal.
 * The format of the corpus and the params are described in README.md.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

#include "concordance.h"
#include "sha256.h"
#include "torpor.h"

enum { MEGABYTE = 1 << 20, BLOCK_BYTES = 1 << 16, LONGEST_PAYLOAD = 4096, TOP_TERMS = 10 };

static const char INDEX_FILE[] = "index.txt"; /* in the root of the private directory */

struct settings {
    char corpus[256];
    char signal[128]; /* empty: do not wait */
    uint64_t checkpoint_every_bytes;
    uint64_t limit_bytes;
};

struct run {
    struct settings settings;
    struct concordance index;
    uint64_t corpus_bytes; /* what will be read, for the percentage */
    uint64_t bytes;        /* what has been read */
    uint64_t next_checkpoint;
    uint32_t resumptions;
    uint8_t block[LONGEST_TERM + 1 + BLOCK_BYTES + 1]; /* carried bytes, block, sentinel */
    char name[LONGEST_NAME + 1];                       /* of a document, as far as read */
    size_t name_length;
    bool in_name;
};

static struct run run; /* static: the frames on the stack stay small */

static char line[512];

#define SAY(...)                                                      \
    do {                                                              \
        int length = snprintf(line, sizeof line, __VA_ARGS__);        \
        line[length++] = '\n';                                        \
        if (write(STDOUT_FILENO, line, (size_t)length) < 0) return 1; \
    } while (0)

static int fail(const char *what) {
    fprintf(stderr, "indexer: %s: %s\n", what, errno == 0 ? "refused" : strerror(errno));
    return 1;
}

/* --- params: the values of four flat keys --------------------------------------------------- */

static const char *json_value(const char *json, const char *key) {
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\"", key);
    const char *at = strstr(json, quoted);
    if (at == NULL) return NULL;
    at += strlen(quoted);
    at += strspn(at, " \t\r\n");
    if (*at != ':') return NULL;
    return at + 1 + strspn(at + 1, " \t\r\n");
}

static uint64_t megabytes_param(const char *json, const char *key, uint64_t otherwise) {
    const char *value = json_value(json, key);
    uint64_t megabytes = 0;
    for (; value != NULL && *value >= '0' && *value <= '9' && megabytes < 100000; value++)
        megabytes = 10 * megabytes + (uint64_t)(*value - '0');
    return megabytes > 0 ? megabytes * MEGABYTE : otherwise;
}

static void text_param(const char *json, const char *key, char *text, size_t capacity) {
    const char *value = json_value(json, key);
    if (value == NULL || *value != '"') return;
    size_t length = strcspn(value + 1, "\"");
    if (length >= capacity) return;
    memcpy(text, value + 1, length);
    text[length] = '\0';
}

STEP static struct settings read_settings(void) {
    struct settings settings = {.corpus = "/corpus"};
    char *params = torpor_params();
    const char *json = params == NULL ? "" : params;
    settings.checkpoint_every_bytes = megabytes_param(json, "checkpoint_every_mb", 8 * MEGABYTE);
    settings.limit_bytes = megabytes_param(json, "limit_mb", UINT64_MAX);
    text_param(json, "sleep_for_signal", settings.signal, sizeof settings.signal);
    text_param(json, "corpus", settings.corpus, sizeof settings.corpus);
    free(params);
    return settings;
}

/* --- steps ---------------------------------------------------------------------------------- */

static double percent_done(void) {
    double share = run.corpus_bytes == 0 ? 1 : (double)run.bytes / (double)run.corpus_bytes;
    return 90.0 * share;
}

static int checkpoint(const char *token) {
    int32_t life = torpor_checkpoint(token);
    if (life < 0) {
        fprintf(stderr, "indexer: checkpoint %s failed: error %d\n", token, (int)life);
        return 1;
    }
    run.resumptions += life == TORPOR_RESUMED;
    return 0;
}

STEP static int reached_checkpoint(void) {
    uint64_t megabytes = run.bytes / MEGABYTE;
    char token[48];
    snprintf(token, sizeof token, "indexed-%llu", (unsigned long long)run.bytes);
    SAY("indexed %llu MB: %u documents, %u terms", (unsigned long long)megabytes,
        run.index.document_count, run.index.term_count);
    snprintf(line, sizeof line, "indexed %llu MB, %u terms", (unsigned long long)megabytes,
             run.index.term_count);
    torpor_progress(percent_done(), line);
    run.next_checkpoint = run.bytes + run.settings.checkpoint_every_bytes;
    return checkpoint(token);
}

static int open_part(int number) {
    char path[300];
    snprintf(path, sizeof path, "%s/part-%03d.txt", run.settings.corpus, number);
    return open(path, O_RDONLY);
}

STEP static void measure_corpus(void) {
    for (int part = 0; part < 1000; part++) {
        int file = open_part(part);
        if (file < 0) break;
        struct stat status;
        if (fstat(file, &status) == 0) run.corpus_bytes += (uint64_t)status.st_size;
        close(file);
    }
    if (run.corpus_bytes > run.settings.limit_bytes) run.corpus_bytes = run.settings.limit_bytes;
}

/* Reads the name of a document, which may go on in the next block, and returns where it stopped. */
static const uint8_t *take_name(const uint8_t *at, const uint8_t *end) {
    for (; at < end; at++) {
        if (*at == '\n') {
            run.in_name = false;
            document_start(&run.index, run.name, run.name_length);
            return at;
        }
        if (run.name_length < LONGEST_NAME) run.name[run.name_length++] = (char)*at;
    }
    return at;
}

/*
 * Takes the bytes [at, end), *end being writable for the sentinel. A term that the end may have cut
 * is left for the next time: returns how many bytes at the end must come again before the next
 * block (of a run too long for a term only enough to see that it is too long).
 */
STEP static size_t take_block(const uint8_t *at, uint8_t *end, bool marked, bool last) {
    size_t cut = last ? 0 : unfinished_term(&run.index, at, end);
    uint8_t *sentinel = end - cut;
    uint8_t kept = *sentinel;
    *sentinel = DOCUMENT_MARK;
    while (at < sentinel) {
        if (run.in_name) at = take_name(at, sentinel);
        else at = take_text(&run.index, at, sentinel, marked);
        if (at < sentinel && *at == DOCUMENT_MARK) {
            run.in_name = true;
            run.name_length = 0;
            at++;
        }
    }
    *sentinel = kept;
    if (run.in_name) {
        take_name(sentinel, end);
        return 0;
    }
    return cut <= LONGEST_TERM ? cut : LONGEST_TERM + 1;
}

static ssize_t read_block(int file, uint8_t *into) {
    uint64_t left = run.settings.limit_bytes - run.bytes;
    size_t wanted = left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES, length = 0;
    while (length < wanted) {
        ssize_t got = read(file, into + length, wanted - length);
        if (got < 0) return got;
        if (got == 0) break;
        length += (size_t)got;
    }
    return (ssize_t)length;
}

STEP static int index_part(int file, int part) {
    bool marked = false, first = true;
    size_t carried = 0;
    run.in_name = false;
    for (;;) {
        uint8_t *fresh = run.block + carried;
        ssize_t length = read_block(file, fresh);
        if (length < 0) return fail("reading the corpus");
        if (first) marked = length > 0 && fresh[0] == DOCUMENT_MARK;
        first = false;
        if (!marked && length > 0) {
            int size = snprintf(run.name, sizeof run.name, "part-%03d.txt@%llu", part,
                                (unsigned long long)run.bytes);
            document_start(&run.index, run.name, (size_t)size);
        }
        uint8_t *end = fresh + length;
        carried = take_block(run.block, end, marked, length == 0);
        memmove(run.block, end - carried, carried);
        if (run.index.out_of_memory) return fail("not enough memory for the index");
        if (length == 0) return 0;
        run.bytes += (uint64_t)length;
        if (run.bytes >= run.next_checkpoint && reached_checkpoint() != 0) return 1;
    }
}

static int index_corpus(void) {
    run.next_checkpoint = run.settings.checkpoint_every_bytes;
    int part = 0;
    for (; part < 1000 && run.bytes < run.settings.limit_bytes; part++) {
        int file = open_part(part);
        if (file < 0) break;
        if (index_part(file, part) != 0) return 1;
        close(file);
    }
    if (part == 0) return fail("no part-000.txt in the corpus directory");
    return 0;
}

/* --- the index file ------------------------------------------------------------------------- */

struct writer {
    int file;
    bool failed;
    struct sha256 sha;
    size_t used;
    char text[1 << 16];
};

STEP static void writer_flush(struct writer *writer) {
    sha256_take(&writer->sha, (const uint8_t *)writer->text, writer->used);
    for (size_t done = 0; done < writer->used && !writer->failed;) {
        ssize_t written = write(writer->file, writer->text + done, writer->used - done);
        if (written <= 0) writer->failed = true;
        else done += (size_t)written;
    }
    writer->used = 0;
}

static void put_text(struct writer *writer, const char *text, size_t length, char after) {
    if (sizeof writer->text - writer->used < length + 1) writer_flush(writer);
    memcpy(writer->text + writer->used, text, length);
    writer->used += length;
    writer->text[writer->used++] = after;
}

static void put_number(struct writer *writer, uint32_t number, char after) {
    char digits[10];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    put_text(writer, digits + at, sizeof digits - at, after);
}

/* One line a term: term, total, documents, then document:count of the top documents. */
STEP static void put_term(struct writer *writer, const struct term *term) {
    put_text(writer, term->text, term->length, '\t');
    put_number(writer, term->total, '\t');
    put_number(writer, term->documents, '\t');
    for (int i = 0; i < TOP_DOCUMENTS && term->top[i].count > 0; i++) {
        if (i > 0) writer->text[writer->used - 1] = ' ';
        put_number(writer, term->top[i].document, ':');
        put_number(writer, term->top[i].count, '\n');
    }
}

STEP static int write_index(struct term *const *terms, char digest[65]) {
    static struct writer writer;
    writer.file = open(INDEX_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (writer.file < 0) return fail("creating /index.txt");
    sha256_start(&writer.sha);
    uint32_t number = 0;
    for (struct document *each = run.index.first_document; each != NULL; each = each->next) {
        put_number(&writer, ++number, '\t');
        put_text(&writer, each->name, strlen(each->name), '\n');
    }
    put_text(&writer, "", 0, '\n');
    for (uint32_t i = 0; i < run.index.term_count; i++) put_term(&writer, terms[i]);
    writer_flush(&writer);
    sha256_finish(&writer.sha, digest);
    bool failed = writer.failed || fsync(writer.file) != 0;
    if (close(writer.file) != 0 || failed) return fail("writing /index.txt");
    return 0;
}

STEP static int digest_index(char digest[65]) {
    int file = open(INDEX_FILE, O_RDONLY);
    if (file < 0) return fail("opening /index.txt");
    struct sha256 sha;
    sha256_start(&sha);
    ssize_t length;
    while ((length = read(file, run.block, BLOCK_BYTES)) > 0)
        sha256_take(&sha, run.block, (size_t)length);
    close(file);
    if (length < 0) return fail("reading /index.txt");
    sha256_finish(&sha, digest);
    return 0;
}

/* --- the result ----------------------------------------------------------------------------- */

/* The most frequent terms; of equals the first in byte order. */
STEP static uint32_t most_frequent(struct term *const *terms, const struct term *top[TOP_TERMS]) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < run.index.term_count; i++) {
        uint32_t at = found;
        while (at > 0 && terms[i]->total > top[at - 1]->total) at--;
        if (at == TOP_TERMS) continue;
        if (found < TOP_TERMS) found++;
        for (uint32_t j = found - 1; j > at; j--) top[j] = top[j - 1];
        top[at] = terms[i];
    }
    return found;
}

STEP static void describe_result(struct term *const *terms, const char *digest, const char *payload,
                                 char *json, size_t capacity) {
    const struct term *top[TOP_TERMS];
    uint32_t found = most_frequent(terms, top);
    size_t at =
        (size_t)snprintf(json, capacity,
                         "{\"documents\":%u,\"bytes\":%llu,\"tokens\":%llu,\"distinct_terms\":%u,"
                         "\"index_digest\":\"%s\",\"top_terms\":[",
                         run.index.document_count, (unsigned long long)run.bytes,
                         (unsigned long long)run.index.token_count, run.index.term_count, digest);
    for (uint32_t i = 0; i < found; i++)
        at += (size_t)snprintf(json + at, capacity - at, "%s{\"term\":\"%s\",\"count\":%u}",
                               i == 0 ? "" : ",", top[i]->text, top[i]->total);
    snprintf(json + at, capacity - at, "],\"signal\":%s}", payload);
}

/* Durable wait; the memory of this program is on disk alone meanwhile. */
STEP static int wait_to_publish(char *payload) {
    SAY("waiting for the signal %s", run.settings.signal);
    torpor_progress(95, "waiting for the signal");
    int32_t length = torpor_wait_signal(run.settings.signal, -1, payload, LONGEST_PAYLOAD - 1);
    if (length < 0 || length >= LONGEST_PAYLOAD) {
        errno = 0;
        return fail(length < 0 ? "waiting for the signal" : "the payload of the signal");
    }
    if (length > 0) payload[length] = '\0';
    else memcpy(payload, "null", 5);
    return 0;
}

int main(void) {
    static char payload[LONGEST_PAYLOAD] = "null", output[LONGEST_PAYLOAD + 4096];
    char written[65], verified[65];

    run.settings = read_settings();
    if (!concordance_start(&run.index)) return fail("starting the index");
    measure_corpus();
    SAY("corpus: %llu MB in %s", (unsigned long long)(run.corpus_bytes / MEGABYTE),
        run.settings.corpus);
    if (index_corpus() != 0) return 1;

    torpor_progress(90, "sorting and writing the index");
    struct term **terms = sorted_terms(&run.index);
    if (terms == NULL) return fail("sorting the index");
    if (write_index(terms, written) != 0) return 1;
    SAY("index written: %u terms, sha256 %s", run.index.term_count, written);
    if (checkpoint("index-written") != 0) return 1;

    if (run.settings.signal[0] != '\0' && wait_to_publish(payload) != 0) return 1;
    if (digest_index(verified) != 0) return 1;
    if (strcmp(written, verified) != 0) {
        fprintf(stderr, "indexer: /index.txt has sha256 %s, expected %s\n", verified, written);
        return 2;
    }
    SAY("index verified after %u resumptions", run.resumptions);
    describe_result(terms, verified, payload, output, sizeof output);
    torpor_progress(100, "done");
    return torpor_exit(0, output);
}
