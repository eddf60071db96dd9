#include "grids.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Each grid stands in one file as P(code) P(code) ..., which is read twice: as codes, and as what
// decoders add up.
#define P(code) code,
static const uint16_t iq2_xxs[] = {
#include "grids/iq2_xxs.h"
};
static const uint16_t iq2_xs[] = {
#include "grids/iq2_xs.h"
};
static const uint16_t iq2_s[] = {
#include "grids/iq2_s.h"
};
static const uint16_t iq1[] = {
#include "grids/iq1.h"
};
static const uint16_t iq3_xxs[] = {
#include "grids/iq3_xxs.h"
};
static const uint16_t iq3_s[] = {
#include "grids/iq3_s.h"
};
#undef P

// `VALUE` is the byte of a digit.
#define BYTE2(code, i) (uint64_t)VALUE((code) >> 2 * i & 3) << 8 * i
#define BYTE3(code, i) (uint32_t)VALUE((code) >> 3 * i & 7) << 8 * i
#define EIGHT(code)                                                                        \
  (BYTE2(code, 0) | BYTE2(code, 1) | BYTE2(code, 2) | BYTE2(code, 3) | BYTE2(code, 4) |    \
   BYTE2(code, 5) | BYTE2(code, 6) | BYTE2(code, 7)),
#define FOUR(code) (BYTE3(code, 0) | BYTE3(code, 1) | BYTE3(code, 2) | BYTE3(code, 3)),

#define P(code) EIGHT(code)
#define VALUE(digit) ((digit) == 0 ? 8 : (digit) == 1 ? 25 : 43)
const uint64_t assay_points_iq2_xxs[256] = {
#include "grids/iq2_xxs.h"
};
const uint64_t assay_points_iq2_xs[512] = {
#include "grids/iq2_xs.h"
};
const uint64_t assay_points_iq2_s[1024] = {
#include "grids/iq2_s.h"
};
#undef VALUE
#define VALUE(digit) ((digit) + 255 & 255)
const uint64_t assay_points_iq1[2048] = {
#include "grids/iq1.h"
};
#undef VALUE
#undef P

#define P(code) FOUR(code)
#define VALUE(digit) ((digit) == 7 ? 62 : 8 * (digit) + 4)
const uint32_t assay_points_iq3_xxs[256] = {
#include "grids/iq3_xxs.h"
};
#undef VALUE
#define VALUE(digit) (2 * (digit) + 1)
const uint32_t assay_points_iq3_s[512] = {
#include "grids/iq3_s.h"
};
#undef VALUE
#undef P

enum { MOST_POINTS = 2048, MOST_DIGITS = 8, MOST_DISTANCE = 256 };

typedef struct entry {
  assay_grid grid;
  /// How many distances of the nearest points count as near.
  int shells;
  atomic_bool ready;
} entry;

#define GRID(codes, dimensions, bits, highest, shells) \
  {{codes, sizeof codes / sizeof *codes, dimensions, bits, highest, NULL, NULL}, shells, 0}
static entry entries[ASSAY_GRIDS] = {
    [ASSAY_GRID_IQ2_XXS] = GRID(iq2_xxs, 8, 2, 2, 2),
    [ASSAY_GRID_IQ2_XS] = GRID(iq2_xs, 8, 2, 2, 2),
    [ASSAY_GRID_IQ2_S] = GRID(iq2_s, 8, 2, 2, 1),
    [ASSAY_GRID_IQ1] = GRID(iq1, 8, 2, 2, 3),
    [ASSAY_GRID_IQ3_XXS] = GRID(iq3_xxs, 4, 3, 7, 2),
    [ASSAY_GRID_IQ3_S] = GRID(iq3_s, 4, 3, 7, 3),
};

/// The points of a grid by dimension, so that distances to all of them come in vectors.
typedef struct digit_table {
  uint8_t digit[MOST_DIGITS][MOST_POINTS];
} digit_table;

static int digit(const assay_grid *grid, int code, int i) {
  return code >> grid->bits * i & ((1 << grid->bits) - 1);
}

static int is_code(const assay_grid *grid, int code) {
  for (int i = 0; i < grid->dimensions; i++)
    if (digit(grid, code, i) > grid->highest) return 0;
  return 1;
}

/// Writes the list of a code that is no point to `list`, or only counts where that is NULL. Returns
/// its length with padding.
static size_t find_neighbours(const assay_grid *grid, int shells, const digit_table *table, int code,
                              uint16_t *list) {
  // Squared distances in digits: at most 8·2² or 4·7², which a byte holds.
  uint8_t distance[MOST_POINTS] = {0};
  for (int i = 0; i < grid->dimensions; i++) {
    const uint8_t *digits = table->digit[i], own = (uint8_t)digit(grid, code, i);
    for (int j = 0; j < grid->count; j++) {
      uint8_t difference = (uint8_t)(digits[j] - own);
      distance[j] = (uint8_t)(distance[j] + (uint8_t)(difference * difference));
    }
  }
  uint8_t present[MOST_DISTANCE] = {0};
  for (int j = 0; j < grid->count; j++) present[distance[j]] = 1;
  size_t count = 0, padded;
  for (int d = 0, found = 0; d < MOST_DISTANCE && found < shells; d++) {
    if (!present[d]) continue;
    found++;
    for (int j = 0; j < grid->count; j++)
      if (distance[j] == d) {
        if (list) list[1 + count] = grid->codes[j];
        count++;
      }
  }
  padded = (count + ASSAY_NEIGHBOURS - 1) / ASSAY_NEIGHBOURS * ASSAY_NEIGHBOURS;
  if (list) {
    list[0] = (uint16_t)count;
    for (size_t i = count; i < padded; i++) list[1 + i] = list[1];
  }
  return 1 + padded;
}

static void *allocate(size_t size) {
  void *memory = malloc(size);
  // A megabyte or two at most: without it there is nothing to go on with.
  if (!memory) abort();
  return memory;
}

static void build(entry *entry) {
  assay_grid *grid = &entry->grid;
  digit_table *table = allocate(sizeof *table);
  const int codes = (1 << grid->bits * grid->dimensions);
  int32_t *map = allocate(sizeof *map * (size_t)codes);
  memset(map, 0xff, sizeof *map * (size_t)codes);
  for (int j = 0; j < grid->count; j++) {
    map[grid->codes[j]] = j;
    for (int i = 0; i < grid->dimensions; i++)
      table->digit[i][j] = (uint8_t)digit(grid, grid->codes[j], i);
  }
  size_t total = 0;
  for (int code = 0; code < codes; code++)
    if (map[code] < 0 && is_code(grid, code))
      total += find_neighbours(grid, entry->shells, table, code, NULL);
  uint16_t *neighbours = allocate(sizeof *neighbours * total);
  size_t at = 0;
  for (int code = 0; code < codes; code++)
    if (map[code] < 0 && is_code(grid, code)) {
      map[code] = -1 - (int32_t)at;
      at += find_neighbours(grid, entry->shells, table, code, neighbours + at);
    }
  free(table);
  grid->map = map;
  grid->neighbours = neighbours;
}

const assay_grid *assay_grid_for(assay_grid_id id) {
  static pthread_mutex_t building = PTHREAD_MUTEX_INITIALIZER;
  entry *entry = &entries[id];
  if (!atomic_load_explicit(&entry->ready, memory_order_acquire)) {
    pthread_mutex_lock(&building);
    if (!atomic_load_explicit(&entry->ready, memory_order_relaxed)) {
      build(entry);
      atomic_store_explicit(&entry->ready, 1, memory_order_release);
    }
    pthread_mutex_unlock(&building);
  }
  return &entry->grid;
}
