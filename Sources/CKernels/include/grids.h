// The grids of the IQ formats: lattices whose points stand for 8 or 4 magnitudes at once. A block
// stores the number of a point; an encoder looks for the point nearest to its elements.
//
// A point is a code: digit i, which says how large element i is, in its bits [i·bits, (i+1)·bits).
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum assay_grid_id {
  ASSAY_GRID_IQ2_XXS,
  ASSAY_GRID_IQ2_XS,
  ASSAY_GRID_IQ2_S,
  ASSAY_GRID_IQ1,
  ASSAY_GRID_IQ3_XXS,
  ASSAY_GRID_IQ3_S,
  ASSAY_GRIDS
} assay_grid_id;

typedef struct assay_grid {
  /// The points in the order of their numbers.
  const uint16_t *codes;
  int count;
  /// Digits of a point, bits of a digit, and the largest digit.
  int dimensions, bits, highest;
  /// By code, for every code without a digit above `highest`: the number of the point, or where the
  /// code is no point, -1 - where its neighbours begin.
  const int32_t *map;
  /// A number, then the codes of that many points: those in the nearest distance shells, nearest
  /// first, of equals in the order of the grid. The first of them fills up the list to
  /// `ASSAY_NEIGHBOURS` codes at a time, so that a loop may read whole vectors.
  const uint16_t *neighbours;
} assay_grid;

enum { ASSAY_NEIGHBOURS = 16 };

/// A grid with its neighbours, which the first call works out. Any thread may call at any time.
const assay_grid *assay_grid_for(assay_grid_id id);

/// The points as decoders want them: byte i is the value of digit i.
extern const uint64_t assay_points_iq2_xxs[256], assay_points_iq2_xs[512];
extern const uint64_t assay_points_iq2_s[1024], assay_points_iq1[2048];
extern const uint32_t assay_points_iq3_xxs[256], assay_points_iq3_s[512];

#ifdef __cplusplus
}
#endif
