#include "identity.h"

#include "files.h"
#include "network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool valid_hostname(const char *text) {
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");
    return length > 0 && length <= 63 && text[length] == 0 && *text != '-' && *text != '.';
}

static bool valid_machine_id(const char *text) {
    uint8_t bytes[16];
    size_t length;
    return parse_hexadecimal(text, bytes, sizeof bytes, &length) && length == sizeof bytes;
}

/* "a.b.c.d name…" of /etc/hosts; what is between is the host's business, lines are not. */
static bool valid_hosts_line(const char *text) {
    char address[16];
    size_t length = strcspn(text, " ");
    if (length >= sizeof address || text[length] != ' ' || strpbrk(text, "\r\n")) return false;
    memcpy(address, text, length);
    address[length] = 0;
    return network_valid_host(address);
}

static enum acceptance accept_text(const char **field, const char *value, bool valid) {
    *field = value;
    return valid ? ACCEPTED : INVALID_VALUE;
}

static enum acceptance accept_item(struct strings *list, const char *value, bool valid) {
    return valid && strings_add(list, value) ? ACCEPTED : INVALID_VALUE;
}

enum acceptance identity_accept(struct identity *identity, const char *key, const char *value) {
    uint64_t number;
    if (strcmp(key, "hostname") == 0)
        return accept_text(&identity->hostname, value, valid_hostname(value));
    if (strcmp(key, "machine_id") == 0)
        return accept_text(&identity->machine_id, value, valid_machine_id(value));
    if (strcmp(key, "mac") == 0)
        return accept_text(&identity->mac, value, network_valid_mac(value));
    if (strcmp(key, "address") == 0)
        return accept_text(&identity->address, value, network_valid_address(value));
    if (strcmp(key, "gateway") == 0)
        return accept_text(&identity->gateway, value, network_valid_host(value));
    if (strcmp(key, "dns") == 0)
        return accept_item(&identity->name_servers, value, network_valid_host(value));
    if (strcmp(key, "search") == 0)
        return accept_item(&identity->search_domains, value, valid_hostname(value));
    if (strcmp(key, "host") == 0)
        return accept_item(&identity->hosts, value, valid_hosts_line(value));
    if (strcmp(key, "mtu") == 0) {
        if (!parse_unsigned(value, 65535, &number) || number < 576) return INVALID_VALUE;
        identity->mtu = (uint32_t)number;
        return ACCEPTED;
    }
    if (strcmp(key, "epoch_ns") == 0) {
        if (!parse_unsigned(value, INT64_MAX, &number)) return INVALID_VALUE;
        identity->epoch_nanoseconds = (int64_t)number;
        return ACCEPTED;
    }
    if (strcmp(key, "entropy") == 0) {
        if (!parse_hexadecimal(value, identity->entropy, ENTROPY_MAXIMUM,
                               &identity->entropy_length))
            return INVALID_VALUE;
        return identity->entropy_length >= ENTROPY_MINIMUM ? ACCEPTED : INVALID_VALUE;
    }
    return UNKNOWN_KEY;
}

static bool add_entropy(const struct identity *identity) {
    struct {
        struct rand_pool_info info;
        uint8_t bytes[ENTROPY_MAXIMUM];
    } pool = {.info = {.entropy_count = (int)identity->entropy_length * 8,
                       .buf_size = (int)identity->entropy_length}};
    memcpy((uint8_t *)&pool + sizeof pool.info, identity->entropy, identity->entropy_length);
    int random = open("/dev/urandom", O_RDWR | O_CLOEXEC);
    if (random < 0) return false;
    /* Without the second call the generators would use their old, copied keys for a while. */
    bool added = ioctl(random, RNDADDENTROPY, &pool) == 0 && ioctl(random, RNDRESEEDCRNG) == 0;
    close(random);
    return added;
}

bool identity_refresh(const struct identity *identity, char *problem, size_t capacity) {
    if (identity->entropy_length > 0 && !add_entropy(identity)) {
        snprintf(problem, capacity, "entropy: %s", strerror(errno));
        return false;
    }
    int64_t nanoseconds = identity->epoch_nanoseconds;
    struct timespec time = {.tv_sec = nanoseconds / 1000000000,
                            .tv_nsec = nanoseconds % 1000000000};
    if (nanoseconds > 0 && clock_settime(CLOCK_REALTIME, &time) != 0) {
        snprintf(problem, capacity, "clock: %s", strerror(errno));
        return false;
    }
    return true;
}

static bool write_resolver(const struct identity *identity) {
    if (identity->name_servers.count == 0) return true;
    char text[4096] = "";
    size_t length = 0;
    if (identity->search_domains.count > 0) {
        length += (size_t)snprintf(text, sizeof text, "search");
        for (size_t i = 0; i < identity->search_domains.count && length < sizeof text; i++)
            length += (size_t)snprintf(text + length, sizeof text - length, " %s",
                                       identity->search_domains.items[i]);
        if (length < sizeof text)
            length += (size_t)snprintf(text + length, sizeof text - length, "\n");
    }
    for (size_t i = 0; i < identity->name_servers.count && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "nameserver %s\n",
                                   identity->name_servers.items[i]);
    return file_replace("/etc/resolv.conf", text, 0644);
}

static bool write_hosts(const struct identity *identity) {
    char text[8192];
    const char *name = identity->hostname;
    size_t length = (size_t)snprintf(text, sizeof text,
                                     "127.0.0.1 localhost\n"
                                     "::1 localhost ip6-localhost ip6-loopback\n");
    if (identity->address)
        length += (size_t)snprintf(text + length, sizeof text - length, "%.*s %s\n",
                                   (int)strcspn(identity->address, "/"), identity->address, name);
    else
        length += (size_t)snprintf(text + length, sizeof text - length, "127.0.1.1 %s\n", name);
    for (size_t i = 0; i < identity->hosts.count && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s\n",
                                   identity->hosts.items[i]);
    return file_replace("/etc/hosts", text, 0644);
}

static bool write_names(const struct identity *identity) {
    char line[80];
    if (identity->hostname) {
        if (sethostname(identity->hostname, strlen(identity->hostname)) != 0) return false;
        snprintf(line, sizeof line, "%s\n", identity->hostname);
        if (!file_replace("/etc/hostname", line, 0644) || !write_hosts(identity)) return false;
    }
    if (!identity->machine_id) return true;
    snprintf(line, sizeof line, "%s\n", identity->machine_id);
    return file_replace("/etc/machine-id", line, 0444);
}

bool identity_set(const struct identity *identity, char *problem, size_t capacity) {
    bool refreshed = identity_refresh(identity, problem, capacity);
    directories_make("/etc", 0755);
    bool named = write_names(identity) && write_resolver(identity);
    if (!named && refreshed) snprintf(problem, capacity, "/etc: %s", strerror(errno));
    bool connected = network_set(identity->mac, identity->address, identity->gateway,
                                 identity->mtu, problem, refreshed && named ? capacity : 0);
    return refreshed && named && connected;
}

void identity_free(struct identity *identity) {
    strings_free(&identity->name_servers);
    strings_free(&identity->search_domains);
    strings_free(&identity->hosts);
}
