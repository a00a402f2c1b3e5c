// Plain accesses without synchronisation: the product of two matrices, two threads with half of the rows each.
#include <cstdio>
#include <thread>
#include <vector>

constexpr int size = 640;

using Matrix = std::vector<double>;

void multiply_rows(const Matrix& a, const Matrix& b, Matrix& product, int from, int to) {
    for (int row = from; row < to; ++row)
        for (int column = 0; column < size; ++column) {
            double sum = 0;
            for (int k = 0; k < size; ++k) sum += a[row * size + k] * b[k * size + column];
            product[row * size + column] = sum;
        }
}

int main() {
    Matrix a(size * size), b(size * size), product(size * size);
    for (int i = 0; i < size * size; ++i) a[i] = i % 7, b[i] = i % 5;
    std::thread upper([&] { multiply_rows(a, b, product, 0, size / 2); });
    std::thread lower([&] { multiply_rows(a, b, product, size / 2, size); });
    upper.join();
    lower.join();
    double sum = 0;
    for (const double x : product) sum += x;
    std::printf("%g\n", sum);
}
