/* What is written by hand of the week in C: see c_week.py. */

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include <stdlib.h>
#ifdef __AVX512DQ__
#include <immintrin.h>
#endif
typedef double *Row;
typedef struct { int64_t _0, _1; } Pair;
typedef struct { double *at; int64_t n, columns; } Floats;
typedef struct { double *at; int64_t n, rows, columns; } Tables;
static inline int64_t mod(int64_t a, int64_t b)
{
    int64_t r = a % b;
    return r && (r ^ b) < 0 ? r + b : r;
}
static inline int64_t over(int64_t a, int64_t b) { return (a - mod(a, b)) / b; }
#define LEAST(a, b) ({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); _b < _a ? _b : _a; })
#define MOST(a, b) ({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); _b > _a ? _b : _a; })

enum { LANES = 8, CHUNK = 128 };
static inline void block(const uint64_t *low, const uint64_t *product, double (*out)[CHUNK],
                         uint64_t number, uint64_t replicate, uint64_t k0, uint64_t k1, int64_t size)
{
    const uint64_t m = 0xffffffffu;
    uint64_t s0 = (k0 + STEP_0) & m, s1 = (k1 + STEP_1) & m;
    uint64_t p0 = MULTIPLIER_0 * number;
    uint64_t p1 = MULTIPLIER_1 * (((p0 >> 32) ^ replicate ^ k1) & m);
    uint64_t mix0 = (p1 >> 32) ^ s0, mix1 = p1 & m, mix2 = (p0 & m) ^ s1;
#ifdef __AVX512DQ__
    const __m512i mask = _mm512_set1_epi64(m), M0 = _mm512_set1_epi64(MULTIPLIER_0),
                  M1 = _mm512_set1_epi64(MULTIPLIER_1);
    const __m512d half = _mm512_set1_pd(0.5), width = _mm512_set1_pd(0x1p-32);
    for (int64_t i = 0; i < size; i += LANES) {
        __m512i l = _mm512_loadu_si512(low + i), p = _mm512_loadu_si512(product + i);
        __m512i w0 = _mm512_xor_si512(l, _mm512_set1_epi64(mix0)), w1 = _mm512_set1_epi64(mix1),
                w2 = _mm512_xor_si512(_mm512_srli_epi64(p, 32), _mm512_set1_epi64(mix2)),
                w3 = _mm512_and_si512(p, mask);
        uint64_t r0 = s0, r1 = s1;
        for (int round = 0; round < 8; round++) {
            r0 = (r0 + STEP_0) & m;
            r1 = (r1 + STEP_1) & m;
            __m512i a = _mm512_mul_epu32(M0, w0), b = _mm512_mul_epu32(M1, w2);
            w0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(b, 32), w1, _mm512_set1_epi64(r0), 0x96);
            w1 = _mm512_and_si512(b, mask);
            w2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(a, 32), w3, _mm512_set1_epi64(r1), 0x96);
            w3 = _mm512_and_si512(a, mask);
        }
        __m512i words[4] = {w0, w1, w2, w3};
        for (int w = 0; w < 4; w++)
            _mm512_storeu_pd(out[w] + i, _mm512_mul_pd(_mm512_add_pd(
                _mm512_cvtepu64_pd(words[w]), half), width));
    }
#else
    for (int64_t i = 0; i < size; i++) {
        uint64_t w0 = low[i] ^ mix0, w1 = mix1, w2 = (product[i] >> 32) ^ mix2, w3 = product[i] & m;
        uint64_t r0 = s0, r1 = s1;
        for (int round = 0; round < 8; round++) {
            r0 = (r0 + STEP_0) & m;
            r1 = (r1 + STEP_1) & m;
            uint64_t a = MULTIPLIER_0 * w0, b = MULTIPLIER_1 * w2;
            w0 = (b >> 32) ^ w1 ^ r0;
            w1 = b & m;
            w2 = (a >> 32) ^ w3 ^ r1;
            w3 = a & m;
        }
        out[0][i] = (w0 + 0.5) * 0x1p-32;
        out[1][i] = (w1 + 0.5) * 0x1p-32;
        out[2][i] = (w2 + 0.5) * 0x1p-32;
        out[3][i] = (w3 + 0.5) * 0x1p-32;
    }
#endif
}

static void fill_columns(Floats out, int scratch, uint64_t seed, int64_t replicate, int64_t week,
                         int64_t kind, int64_t first, int64_t count, int64_t decisions)
{
    static _Thread_local uint64_t low[CHUNK], product[CHUNK];
    static _Thread_local double numbers[4][CHUNK];
    const uint64_t m = 0xffffffffu, k0 = seed & m, k1 = seed >> 32;
    (void)scratch;
    for (int64_t start = 0; start < count; start += CHUNK) {
        int64_t size = count - start < CHUNK ? count - start : CHUNK;
        uint64_t thing = ((uint64_t)kind << NUMBER_BITS | (uint64_t)first) + start;
        for (int64_t i = 0; i < CHUNK; i++) {
            uint64_t p = MULTIPLIER_1 * ((thing + i) & m);
            low[i] = p & m;
            product[i] = MULTIPLIER_0 * (((p >> 32) ^ (uint64_t)week ^ k0) & m);
        }
        for (int64_t column = 0; column < decisions; column += 4) {
            int64_t words = decisions - column < 4 ? decisions - column : 4;
            block(low, product, numbers, column / 4, replicate, k0, k1, size);
            if (words == 4)
                for (int64_t i = 0; i < size; i++)
                    for (int w = 0; w < 4; w++)
                        out.at[(start + i) * out.columns + column + w] = numbers[w][i];
            else
                for (int64_t i = 0; i < size; i++)
                    for (int64_t w = 0; w < words; w++)
                        out.at[(start + i) * out.columns + column + w] = numbers[w][i];
        }
    }
}

static void fill_uniforms(Floats out, int scratch, uint64_t seed, int64_t replicate, int64_t week,
                          int64_t kind, int64_t first, int64_t count)
{
    fill_columns(out, scratch, seed, replicate, week, kind, first, count, out.columns);
}
