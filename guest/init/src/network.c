#include "network.h"

#include "records.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool parse_host(const char *text, struct in_addr *address) {
    return inet_pton(AF_INET, text, address) == 1;
}

static bool parse_address(const char *text, struct in_addr *address, struct in_addr *mask) {
    char host[INET_ADDRSTRLEN];
    size_t length = strcspn(text, "/");
    uint64_t prefix;
    if (length >= sizeof host || text[length] != '/') return false;
    memcpy(host, text, length);
    host[length] = 0;
    if (!parse_unsigned(text + length + 1, 32, &prefix)) return false;
    mask->s_addr = htonl(prefix == 0 ? 0 : UINT32_MAX << (32 - prefix));
    return parse_host(host, address);
}

static bool parse_mac(const char *text, uint8_t mac[6]) {
    char digits[13];
    if (strlen(text) != 17) return false;
    for (int i = 0; i < 6; i++) {
        if (i < 5 && text[3 * i + 2] != ':') return false;
        memcpy(digits + 2 * i, text + 3 * i, 2);
    }
    digits[12] = 0;
    size_t length;
    return parse_hexadecimal(digits, mac, 6, &length) && length == 6;
}

bool network_valid_address(const char *text) {
    struct in_addr address, mask;
    return parse_address(text, &address, &mask);
}

bool network_valid_host(const char *text) {
    struct in_addr address;
    return parse_host(text, &address);
}

bool network_valid_mac(const char *text) {
    uint8_t mac[6];
    return parse_mac(text, mac);
}

/* The address union of a request, written by memcpy: it is not aligned as a sockaddr_in is. */
static void put_address(struct sockaddr *place, struct in_addr address) {
    struct sockaddr_in value = {.sin_family = AF_INET, .sin_addr = address};
    memcpy(place, &value, sizeof value);
}

static struct ifreq request_for(const char *interface) {
    struct ifreq request = {0};
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
    return request;
}

static bool bring_up(int control, const char *interface) {
    struct ifreq request = request_for(interface);
    if (ioctl(control, SIOCGIFFLAGS, &request) != 0) return false;
    request.ifr_flags |= IFF_UP;
    return ioctl(control, SIOCSIFFLAGS, &request) == 0;
}

static bool set_mac(int control, const char *mac) {
    struct ifreq request = request_for(NETWORK_INTERFACE);
    request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    uint8_t bytes[6];
    parse_mac(mac, bytes);
    memcpy(request.ifr_hwaddr.sa_data, bytes, sizeof bytes);
    return ioctl(control, SIOCSIFHWADDR, &request) == 0;
}

static bool set_mtu(int control, uint32_t mtu) {
    struct ifreq request = request_for(NETWORK_INTERFACE);
    request.ifr_mtu = (int)mtu;
    return ioctl(control, SIOCSIFMTU, &request) == 0;
}

static bool set_address(int control, const char *text) {
    struct in_addr address, mask;
    parse_address(text, &address, &mask);
    struct ifreq request = request_for(NETWORK_INTERFACE);
    put_address(&request.ifr_addr, address);
    if (ioctl(control, SIOCSIFADDR, &request) != 0) return false;
    put_address(&request.ifr_addr, mask);
    return ioctl(control, SIOCSIFNETMASK, &request) == 0;
}

/* A changed address has taken the old routes with it; a changed gateway replaces the old one. */
static bool set_gateway(int control, const char *text) {
    struct in_addr gateway, any = {.s_addr = INADDR_ANY};
    parse_host(text, &gateway);
    struct rtentry route = {.rt_flags = RTF_UP};
    put_address(&route.rt_dst, any);
    put_address(&route.rt_genmask, any);
    put_address(&route.rt_gateway, any);
    while (ioctl(control, SIOCDELRT, &route) == 0) continue;
    route.rt_flags |= RTF_GATEWAY;
    put_address(&route.rt_gateway, gateway);
    return ioctl(control, SIOCADDRT, &route) == 0;
}

bool network_loopback(void) {
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool up = control >= 0 && bring_up(control, "lo");
    if (control >= 0) close(control);
    return up;
}

bool network_set(const char *mac, const char *address, const char *gateway, uint32_t mtu,
                 char *problem, size_t capacity) {
    if (!mac && !address && !gateway && mtu == 0) return true;
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const char *failed = NULL;
    if (control < 0) failed = "socket";
    else if (mac && !set_mac(control, mac)) failed = "mac";
    else if (mtu && !set_mtu(control, mtu)) failed = "mtu";
    else if (address && !set_address(control, address)) failed = "address";
    else if (!bring_up(control, NETWORK_INTERFACE)) failed = "interface up";
    else if (gateway && !set_gateway(control, gateway)) failed = "gateway";
    if (failed)
        snprintf(problem, capacity, "network: %s of " NETWORK_INTERFACE ": %s", failed,
                 strerror(errno));
    if (control >= 0) close(control);
    return failed == NULL;
}
