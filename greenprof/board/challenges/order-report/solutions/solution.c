/* The reference's query in C. SQLite's few functions are declared here, so that its header need not be installed. */
#include <stdio.h>
#include <string.h>

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
int sqlite3_open_v2(const char *, sqlite3 **, int, const char *);
int sqlite3_prepare_v2(sqlite3 *, const char *, int, sqlite3_stmt **, const char **);
int sqlite3_step(sqlite3_stmt *);
const unsigned char *sqlite3_column_text(sqlite3_stmt *, int);
long long sqlite3_column_int64(sqlite3_stmt *, int);

enum { READ_ONLY = 1, ROW = 100 };

static const char query[] =
    "SELECT customers.region, substr(orders.day, 1, 7) AS month, customers.name, count(DISTINCT orders.id),"
    " coalesce(sum(order_lines.quantity * order_lines.price_cents), 0)"
    " FROM orders JOIN customers ON customers.id = orders.customer_id"
    " LEFT JOIN order_lines ON order_lines.order_id = orders.id"
    " GROUP BY customers.region, month, customers.id ORDER BY customers.region, month, customers.id";

int main(int count, char **words) {
    sqlite3 *database;
    sqlite3_stmt *rows;
    char region[64] = "", month[16] = "", best[256] = "";
    long long orders = 0, cents = 0, most = -1;
    if (count != 2 || sqlite3_open_v2(words[1], &database, READ_ONLY, NULL)) return 1;
    if (sqlite3_prepare_v2(database, query, -1, &rows, NULL)) return 1;
    while (sqlite3_step(rows) == ROW) {
        const char *its_region = (const char *)sqlite3_column_text(rows, 0);
        const char *its_month = (const char *)sqlite3_column_text(rows, 1);
        if (strcmp(its_region, region) || strcmp(its_month, month)) {
            if (*region) printf("%s %s %lld %lld %s\n", region, month, orders, cents, best);
            snprintf(region, sizeof region, "%s", its_region);
            snprintf(month, sizeof month, "%s", its_month);
            orders = cents = 0;
            most = -1;
        }
        long long sold = sqlite3_column_int64(rows, 4);
        orders += sqlite3_column_int64(rows, 3);
        cents += sold;
        if (sold > most) {
            most = sold;
            snprintf(best, sizeof best, "%s", (const char *)sqlite3_column_text(rows, 2));
        }
    }
    if (*region) printf("%s %s %lld %lld %s\n", region, month, orders, cents, best);
    return 0;
}
